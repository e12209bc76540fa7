import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import { type Asks, beyond } from './asks.ts';
import type { LoadedPlugin } from './registry.ts';

/** What a workspace decided about plugins, by name: which version it means, and what it lets them have. */
export type Choices = ReadonlyMap<string, { readonly pinned?: string; readonly granted?: Asks }>;

/** The choices of the workspace of the query. */
export async function readChoices(query: Query): Promise<Choices> {
  const { rows } = await sql<{ plugin: string; pinned: string | null; granted: Asks | null }>`
    select plugin, p.version as pinned, g.granted
      from assay.plugin_pin p full join assay.plugin_grant g using (workspace_id, plugin)`.execute(query);
  return new Map(
    rows.map(({ plugin, pinned, granted }) => [
      plugin,
      { ...(pinned === null ? {} : { pinned }), ...(granted === null ? {} : { granted }) },
    ]),
  );
}

/**
 * A publisher's plugin is granted nothing until the workspace says so; the release's own, one that the configuration names by its
 * digest, and one in development need no grant.
 */
export const needsGrant = ({ signature }: Pick<LoadedPlugin, 'signature'>) => signature === 'signed';

/** What a version asks for beyond what the workspace granted its plugin, in words. */
export function missingGrant(choices: Choices, plugin: LoadedPlugin): string[] {
  return needsGrant(plugin) ? beyond(plugin.asks, choices.get(plugin.name)?.granted) : [];
}
