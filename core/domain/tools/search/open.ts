import type { Profile } from '@assay/sdk';
import { type Context, requirePermission } from '../../access/index.ts';
import { cipherOf, openProfile, requireDataset } from '../../datasets/index.ts';
import type { Deps } from '../../deps.ts';
import { requireTool } from '../list.ts';
import { fitTool, type OpenChoice } from './fit.ts';

export interface OpenCall {
  /** `statistics/t-test`, or with a version. */
  readonly tool: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What a call leaves open that only its caller can say: required columns, each with those of the data set that would do. Nothing where
 * the call lacks something else, or the data set has no such columns.
 * @throws AssayError `tool.not_found`, `dataset.not_found`
 */
export async function listOpenChoices(
  deps: Deps,
  context: Context,
  { tool: reference, inputs, params }: OpenCall,
): Promise<readonly OpenChoice[]> {
  requirePermission(context, 'tools:read');
  requirePermission(context, 'datasets:read');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const tool = await requireTool(deps, query, context, reference);
    const id = inputs[tool.manifest.inputs[0]?.slot ?? ''];
    if (id === undefined) return [];
    const row = await requireDataset(query, id);
    const profile: Profile | undefined = openProfile(row, await cipherOf(deps, query, row));
    if (!profile) return [];
    const given = new Set(Object.values(params).flat());
    const rest = profile.columns.filter(({ name }) => !given.has(name));
    const { open } = fitTool(tool.manifest, { ...profile, columns: rest }, '', 'leave all open');
    return open.filter(({ parameter }) => !Object.hasOwn(params, parameter));
  });
}
