import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import type { Asks } from './asks.ts';
import type { Version } from './office.ts';

/** What a workspace lets a plugin have: what one version of it asked for. */
export interface Grant {
  readonly plugin: string;
  /** Whose asking was granted; others that ask for no more are covered too. */
  readonly version: string;
  readonly granted: Asks;
  readonly grantedAt: string;
}

/** The grants of the workspace, by name of the plugin. */
export async function listGrants(deps: Pick<Deps, 'database'>, context: Context): Promise<Grant[]> {
  requirePermission(context, 'plugins:read');
  const rows = await deps.database.withWorkspace(context.workspace, (query) =>
    query
      .selectFrom('assay.plugin_grant')
      .select(['plugin', 'version', 'granted', 'granted_at'])
      .orderBy('plugin')
      .execute(),
  );
  return rows.map(({ granted_at, granted, ...grant }) => ({
    ...grant,
    granted: granted as Asks,
    grantedAt: granted_at.toISOString(),
  }));
}

/**
 * Lets a plugin have in this workspace what a version of it asks for. A later version that asks for more waits until that is
 * granted in its turn; meanwhile the versions that are covered go on.
 * @throws AssayError `plugin.not_found` where no such version is enabled
 */
export async function grantPlugin(
  deps: Pick<Deps, 'database' | 'keys' | 'plugins'>,
  context: Context,
  { name, version }: Version,
): Promise<Grant> {
  requirePermission(context, 'plugins:grant');
  const found = deps.plugins.plugins.find(
    (each) => each.name === name && each.version === version && each.state === 'enabled',
  );
  if (!found) throw new AssayError('plugin.not_found', `There is no enabled plugin ${name} ${version} here.`);
  const given = {
    version,
    granted: JSON.stringify(found.asks),
    principal_id: context.principal.id,
    granted_at: new Date(),
  };
  await deps.database.withWorkspace(context.workspace, async (query) => {
    await query
      .insertInto('assay.plugin_grant')
      .values({ workspace_id: context.workspace, plugin: name, ...given })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'plugin']).doUpdateSet(given))
      .execute();
    await recordAudit(deps, query, context, {
      action: 'plugin.grant',
      subject: { kind: 'plugin', id: name, version },
      outcome: 'succeeded',
      detail: { ...found.asks },
    });
  });
  return { plugin: name, version, granted: found.asks, grantedAt: given.granted_at.toISOString() };
}

/** Takes a grant back: the plugin takes no job of this workspace any more. @throws AssayError `plugin.not_found` */
export async function withdrawGrant(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  { plugin }: Pick<Grant, 'plugin'>,
): Promise<void> {
  requirePermission(context, 'plugins:grant');
  await deps.database.withWorkspace(context.workspace, async (query) => {
    const gone = await query
      .deleteFrom('assay.plugin_grant')
      .where('plugin', '=', plugin)
      .returning('version')
      .executeTakeFirst();
    if (!gone) throw new AssayError('plugin.not_found', `"${plugin}" is granted nothing in this workspace.`);
    await recordAudit(deps, query, context, {
      action: 'plugin.withdraw',
      subject: { kind: 'plugin', id: plugin, version: gone.version },
      outcome: 'succeeded',
    });
  });
}
