import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

/** Which version of a plugin a workspace means where it names none. */
export interface Pin {
  readonly plugin: string;
  /** Exact, or a range: `1.2.0`, `^1`. */
  readonly version: string;
}

/** The pins of the workspace, by name of the plugin. */
export async function listPins(deps: Pick<Deps, 'database'>, context: Context): Promise<Pin[]> {
  requirePermission(context, 'plugins:read');
  return deps.database.withWorkspace(context.workspace, (query) =>
    query.selectFrom('assay.plugin_pin').select(['plugin', 'version']).orderBy('plugin').execute(),
  );
}

/**
 * Fixes which version the workspace means where a call names none: a newer one changes nothing here until the pin does.
 * @throws AssayError `plugin.not_found` where no enabled version is meant by it
 */
export async function pinPlugin(
  deps: Pick<Deps, 'database' | 'keys' | 'plugins'>,
  context: Context,
  { plugin, version }: Pin,
): Promise<Pin> {
  requirePermission(context, 'plugins:pin');
  const enabled = deps.plugins.plugins.filter((each) => each.name === plugin && each.state === 'enabled');
  const [tool] = enabled.flatMap((each) => each.tools);
  if (!tool || !enabled.some((each) => each.tools.some(({ name }) => deps.plugins.find(name, version))))
    throw new AssayError(
      'plugin.not_found',
      `No version of "${plugin}" here is meant by ${version}. There is ${enabled.map((each) => each.version).join(', ') || 'none'}.`,
    );
  await deps.database.withWorkspace(context.workspace, async (query) => {
    await query
      .insertInto('assay.plugin_pin')
      .values({ workspace_id: context.workspace, plugin, version, principal_id: context.principal.id })
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'plugin'])
          .doUpdateSet({ version, principal_id: context.principal.id, pinned_at: new Date() }),
      )
      .execute();
    await recordAudit(deps, query, context, {
      action: 'plugin.pin',
      subject: { kind: 'plugin', id: plugin, version },
      outcome: 'succeeded',
    });
  });
  return { plugin, version };
}

/** Takes a pin back. @throws AssayError `plugin.not_found` where there is none */
export async function unpinPlugin(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  { plugin }: Pick<Pin, 'plugin'>,
): Promise<void> {
  requirePermission(context, 'plugins:pin');
  await deps.database.withWorkspace(context.workspace, async (query) => {
    const gone = await query
      .deleteFrom('assay.plugin_pin')
      .where('plugin', '=', plugin)
      .returning('version')
      .executeTakeFirst();
    if (!gone) throw new AssayError('plugin.not_found', `"${plugin}" is not pinned in this workspace.`);
    await recordAudit(deps, query, context, {
      action: 'plugin.unpin',
      subject: { kind: 'plugin', id: plugin, version: gone.version },
      outcome: 'succeeded',
    });
  });
}
