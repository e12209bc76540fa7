import type { Context } from '../../../domain/access/index.ts';
import { getDataset, listDatasets } from '../../../domain/datasets/index.ts';
import type { Deps } from '../../../domain/deps.ts';
import { answer, answers, Id, type OwnTool, reading } from './own-tool.ts';

const list: OwnTool = {
  name: 'list_datasets',
  title: 'Data sets',
  description: 'The newest 100 data sets of the workspace; tools take their ids as inputs.',
  permissions: ['datasets:read'],
  arguments: {},
  output: answers('datasets'),
  annotations: reading,
  async call({ deps, context }) {
    const { items } = await listDatasets(deps, context, { limit: 100 });
    return answer({
      datasets: items.map(({ id, name, state, bytes, receivedAt }) => ({
        ...{ id, name, state, bytes, receivedAt },
      })),
    });
  },
};

const describe: OwnTool = {
  name: 'describe_dataset',
  title: 'Columns of a data set',
  description:
    'Rows and columns of a data set: name, type, the roles that a column can take in an analysis, how many values are missing or distinct.',
  permissions: ['datasets:read'],
  arguments: { id: Id('As in list_datasets.') },
  output: answers('id', 'name', 'state'),
  annotations: reading,
  call: async ({ deps, context }, { id }) => answer(await describeDataset(deps, context, String(id))),
};

/** A data set as assistants see it: its columns and what each can be, none of its rows. */
export async function describeDataset(
  deps: Deps,
  context: Context,
  id: string,
): Promise<Record<string, unknown>> {
  const { profile, reasons, name, state, madeBy } = await getDataset(deps, context, { id });
  const columns = profile?.columns.map(({ name, type, role, roles, missing, distinct }) => ({
    ...{ name, type, role, roles, missing, distinct },
  }));
  return {
    ...{ id, name, state },
    ...(madeBy ? { madeBy } : {}),
    ...(profile ? { rows: profile.rows, columns } : {}),
    ...(reasons ? { reasons } : {}),
  };
}

export const datasetTools: readonly OwnTool[] = [list, describe];
