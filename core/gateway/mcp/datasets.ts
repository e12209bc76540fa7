import { AssayError } from '@assay/sdk';
import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { Context, Permission } from '../../domain/access/index.ts';
import { getDataset, listDatasets } from '../../domain/datasets/index.ts';
import type { Deps } from '../../domain/deps.ts';

/** A tool of the endpoint itself, over one use case. */
export interface OwnTool {
  /** What its use case asks for; for readers, the rule itself is in the domain. */
  readonly permission: Permission;
  readonly tool: Tool;
  call(deps: Deps, context: Context, given: Readonly<Record<string, unknown>>): Promise<CallToolResult>;
}

const reading = { readOnlyHint: true, openWorldHint: false } as const;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function answer(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

const list: OwnTool = {
  permission: 'datasets:read',
  tool: {
    name: 'list_datasets',
    title: 'Data sets',
    description: 'The newest 100 data sets of the workspace; tools take their ids as inputs.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    outputSchema: {
      type: 'object',
      properties: { datasets: { type: 'array', items: { type: 'object' } } },
      required: ['datasets'],
    },
    annotations: reading,
  },
  async call(deps, context) {
    const { items } = await listDatasets(deps, context, { limit: 100 });
    return answer({
      datasets: items.map(({ id, name, state, bytes, receivedAt }) => ({
        id,
        name,
        state,
        bytes,
        receivedAt,
      })),
    });
  },
};

const describe: OwnTool = {
  permission: 'datasets:read',
  tool: {
    name: 'describe_dataset',
    title: 'Columns of a data set',
    description:
      'Rows and columns of a data set: name, type, the roles that a column can take in an analysis, how many values are missing or distinct.',
    inputSchema: {
      type: 'object',
      properties: { id: { type: 'string', format: 'uuid', description: 'As in list_datasets.' } },
      required: ['id'],
      additionalProperties: false,
    },
    outputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    annotations: reading,
  },
  async call(deps, context, { id }) {
    if (typeof id !== 'string' || !uuid.test(id))
      throw new AssayError('dataset.not_found', 'There is no such data set; "id" is one of list_datasets.');
    const { profile, reasons, ...dataset } = await getDataset(deps, context, { id });
    const { name, state, madeBy } = dataset;
    const columns = profile?.columns.map(({ name, type, role, roles, missing, distinct }) => ({
      ...{ name, type, role, roles, missing, distinct },
    }));
    return answer({
      ...{ id, name, state },
      ...(madeBy ? { madeBy } : {}),
      ...(profile ? { rows: profile.rows, columns } : {}),
      ...(reasons ? { reasons } : {}),
    });
  },
};

/** What a caller needs to know before it can call any tool. */
export const ownTools: readonly OwnTool[] = [list, describe];
