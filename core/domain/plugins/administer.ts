import { AssayError, sha256 } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { type Act, recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import type { Receipt } from './installed/index.ts';
import { type PluginView, viewPlugins } from './list.ts';
import type { Version } from './office.ts';
import { ruleOf } from './refuse.ts';

type AdministerDeps = Pick<Deps, 'database' | 'keys' | 'plugins' | 'office'>;

const subjectOf = ({ name, version }: Version): Act['subject'] => ({ kind: 'plugin', id: name, version });

/** No act without a record: what is meant is recorded before, what came of it after. */
async function recorded<T>(
  deps: AdministerDeps,
  context: Context,
  act: Omit<Act, 'outcome'>,
  work: () => Promise<T>,
) {
  const record = (outcome: Act['outcome'], more: Partial<Act> = {}) =>
    deps.database.withWorkspace(context.workspace, (query) =>
      recordAudit(deps, query, context, { ...act, ...more, outcome }),
    );
  await record('allowed');
  const done = await work().catch(async (error: unknown) => {
    const rule = ruleOf(error);
    const code = AssayError.is(error) ? error.code : 'internal.unexpected';
    const detail = { code, ...(rule ? { rule } : {}) };
    await record(AssayError.is(error) ? 'refused' : 'failed', { detail });
    throw error;
  });
  await record('succeeded');
  return done;
}

async function viewOf(
  deps: AdministerDeps,
  context: Context,
  { name, version }: Version,
): Promise<PluginView> {
  const all = await viewPlugins(deps, context);
  const view = all.find((each) => each.name === name && each.version === version);
  if (!view) throw new AssayError('plugin.not_found', `There is no plugin ${name} ${version} here.`);
  return view;
}

function requireThere(deps: Pick<Deps, 'plugins'>, { name, version }: Version): void {
  const found = deps.plugins.plugins.find((each) => each.name === name && each.version === version);
  if (!found) throw new AssayError('plugin.not_found', `There is no plugin ${name} ${version} here.`);
}

/**
 * Installs a signed package: from then on its tools are in every catalogue.
 * @returns the receipt: what was let in, by whom, signed with which keys
 * @throws AssayError `plugin.refused` with the rule that is broken, `plugin.exists`
 */
export async function installPlugin(
  deps: AdministerDeps,
  context: Context,
  request: { readonly package: string; readonly signatures: readonly string[] },
): Promise<Receipt> {
  requirePermission(context, 'plugins:write');
  const bytes = Buffer.from(request.package, 'base64');
  const act = { action: 'plugin.install', subject: { kind: 'package', id: sha256(bytes) } };
  return recorded(deps, context, act, () =>
    deps.office.install({ package: bytes, signatures: request.signatures, by: context.principal.id }),
  );
}

/**
 * Gives out an installed package with its signatures, so that every appliance is a registry for others.
 * @throws AssayError `plugin.not_found`, also for one that never was a package; `plugin.digest_mismatch` where its files were
 *   altered since
 */
export async function givePackage(
  deps: Pick<Deps, 'office' | 'plugins'>,
  context: Context,
  which: Version,
): Promise<{ readonly package: string; readonly signatures: readonly string[] }> {
  requirePermission(context, 'plugins:read');
  requireThere(deps, which);
  const { package: bytes, signatures } = await deps.office.give(which);
  return { package: Buffer.from(bytes).toString('base64'), signatures };
}

/**
 * Says what a version may still be used for. Disabled, it takes no job, also none that waits; deprecated, it is not the one
 * that is meant where none is named.
 * @throws AssayError `plugin.not_found`
 */
export async function changePlugin(
  deps: AdministerDeps,
  context: Context,
  request: Version & { readonly disabled?: string | null; readonly deprecated?: string | null },
): Promise<PluginView> {
  requirePermission(context, 'plugins:write');
  requireThere(deps, request);
  const before = deps.plugins.plugins.find((p) => p.name === request.name && p.version === request.version);
  const disabled =
    request.disabled === undefined && before?.state === 'disabled' ? before.reasons[0] : request.disabled;
  const deprecated = request.deprecated === undefined ? before?.deprecated : request.deprecated;
  const standing = { ...(disabled ? { disabled } : {}), ...(deprecated ? { deprecated } : {}) };
  const reason = request.disabled ?? request.deprecated;
  const act = {
    action: 'plugin.change',
    subject: subjectOf(request),
    detail: { disabled: Boolean(disabled), deprecated: Boolean(deprecated) },
    ...(reason ? { reason } : {}),
  };
  await recorded(deps, context, act, () => deps.office.setStanding(request, standing));
  return viewOf(deps, context, request);
}

/**
 * Takes a version away for good; what was made with it stays, and can no longer be made again here.
 * @throws AssayError `plugin.not_found`, `plugin.in_use` with what still needs it, or where this release brings it along
 */
export async function removePlugin(deps: AdministerDeps, context: Context, which: Version): Promise<void> {
  requirePermission(context, 'plugins:write');
  requireThere(deps, which);
  const digest = deps.plugins.plugins.find(
    (p) => p.name === which.name && p.version === which.version,
  )?.digest;
  const uses = await deps.database.withoutWorkspace((query) =>
    query
      .selectFrom((eb) =>
        eb
          .fn<{ workspace: string; jobs: number; pinned: boolean }>('assay.uses_of_plugin', [
            eb.val(digest),
            eb.val(which.name),
            eb.val(which.version),
          ])
          .as('use'),
      )
      .select(['use.workspace', 'use.jobs', 'use.pinned'])
      .execute(),
  );
  if (uses.length > 0)
    throw new AssayError('plugin.in_use', `${which.name} ${which.version} is still needed.`, {
      issues: uses.map(({ workspace, jobs, pinned }) => ({
        pointer: '/version',
        code: pinned ? 'PINNED' : 'JOBS_UNFINISHED',
        detail: `workspace ${workspace}: ${[pinned ? 'pinned' : '', Number(jobs) > 0 ? `${jobs} ${Number(jobs) === 1 ? 'job' : 'jobs'}` : ''].filter(Boolean).join(', ')}`,
        hint: pinned
          ? 'Its administrator takes the pin back first.'
          : 'Disable it, which lets it take no new ones, and wait; or cancel them.',
      })),
    });
  const act = { action: 'plugin.remove', subject: subjectOf(which), ...(digest ? { before: digest } : {}) };
  await recorded(deps, context, act, () => deps.office.remove(which));
}

/**
 * Takes a list of what is revoked, signed with a key that the trust policy names. It holds at once, for what is installed too.
 * @throws AssayError `plugin.refused`
 */
export async function importRevocations(
  deps: AdministerDeps,
  context: Context,
  request: { readonly list: string },
): Promise<{ readonly number: number; readonly expires: string }> {
  requirePermission(context, 'plugins:write');
  const act = { action: 'plugin.revoke', subject: { kind: 'revocations', id: sha256(request.list) } };
  return recorded(deps, context, act, () => deps.office.revoke(request.list));
}
