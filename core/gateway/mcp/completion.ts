import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/server';
import type { Context } from '../../domain/access/index.ts';
import { listDatasets } from '../../domain/datasets/index.ts';
import type { Deps } from '../../domain/deps.ts';
import { listJobs } from '../../domain/jobs/index.ts';
import { listTools } from '../../domain/tools/index.ts';

/** The protocol takes no more in one answer. */
const most = 100;

async function candidates(
  deps: Deps,
  context: Context,
  { ref, argument, context: given }: CompleteRequestParams,
): Promise<string[]> {
  const byName = ref.type === 'ref/prompt';
  if (argument.name === 'dataset') {
    const { items } = await listDatasets(deps, context, { limit: most });
    return items.map(({ id, name }) => (byName ? name : id));
  }
  if (byName) return [];
  if (argument.name === 'report') {
    const { items } = await listJobs(deps, context, { limit: most, state: 'succeeded' });
    return items.flatMap(({ report }) => report ?? []);
  }
  const tools = (await listTools(deps, context)).map(({ name }) => name.split('/') as [string, string]);
  if (argument.name === 'plugin') return tools.map(([plugin]) => plugin);
  const plugin = given?.arguments?.plugin;
  if (argument.name === 'tool')
    return tools.filter((tool) => plugin === undefined || tool[0] === plugin).map((tool) => tool[1]);
  return [];
}

/** What an argument of a prompt or of an address could be, of what begins so. */
export async function complete(
  deps: Deps,
  context: Context,
  request: CompleteRequestParams,
): Promise<CompleteResult> {
  const typed = request.argument.value.toLowerCase();
  const all = [...new Set(await candidates(deps, context, request))];
  const fitting = all.filter((each) => each.toLowerCase().startsWith(typed));
  return {
    completion: { values: fitting.slice(0, most), total: fitting.length, hasMore: fitting.length > most },
  };
}
