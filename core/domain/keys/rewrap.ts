import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { WrappedKey } from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';
import { keyContext } from '../workspaces/index.ts';
import { tellRootRotation } from './root.ts';
import { type Batch, type StaleRows, staleRows } from './stale.ts';

type RewrapDeps = Pick<Deps, 'database' | 'keys' | 'ciphers' | 'log'>;

export interface RewrapOptions {
  /** Ends the work after the batch in hand. */
  readonly stop: AbortSignal;
  /** Rows that one transaction re-wraps at most. */
  readonly batchRows: number;
}

/** Failures that a rotation's report names. */
const namedFailures = 100;
/** Rows that were written under an older version while a rotation ended are looked for this often. */
const lateMs = 10 * 60_000;
const firstId = '00000000-0000-0000-0000-000000000000';

async function versionsOf(query: Query, kind: StaleRows['kind'], newest: number): Promise<number[]> {
  const { rows } = await sql<{ version: number }>`
    select distinct key_version as version from ${sql.table(`assay.${kind}`)} where key_version < ${newest} order by 1`.execute(
    query,
  );
  return rows.map(({ version }) => version);
}

/** The count stands in the transaction of the work itself, so that a killed worker leaves neither more nor less. */
async function tally(query: Query, { rewrapped, failures }: Batch): Promise<void> {
  if (rewrapped + failures.length === 0) return;
  await sql`
    update assay.rotation set rewrapped = rewrapped + ${rewrapped}, failed = failed + ${failures.length},
      failures = case when jsonb_array_length(failures) >= ${namedFailures} then failures
                      else failures || ${JSON.stringify(failures.slice(0, namedFailures))}::jsonb end
     where key = 'workspace' and state = 'running'`.execute(query);
}

/** The workspace's own keys, under the newest root key. */
async function rewrapWorkspaceKeys(deps: RewrapDeps, workspace: string): Promise<void> {
  await deps.database.withWorkspace(workspace, async (query) => {
    const rows = await query
      .selectFrom('assay.workspace_key')
      .select(['version', 'wrapped'])
      .where('workspace_id', '=', workspace)
      .forUpdate()
      .execute();
    const newest = deps.keys.describe()?.keyVersion ?? 1;
    for (const { version, wrapped } of rows) {
      const record = wrapped as WrappedKey;
      if (record.keyVersion >= newest) continue;
      const context = keyContext(workspace, version);
      const raw = await deps.keys.unwrap(record, context);
      const again = await deps.keys.wrap(raw, context);
      raw.fill(0);
      await query
        .updateTable('assay.workspace_key')
        .set({ wrapped: JSON.stringify(again) })
        .where('workspace_id', '=', workspace)
        .where('version', '=', version)
        .execute();
    }
  });
}

async function rewrapRows(
  deps: RewrapDeps,
  workspace: string,
  { stop, batchRows }: RewrapOptions,
): Promise<number> {
  let failed = 0;
  const within = <T>(work: (query: Query) => Promise<T>) => deps.database.withWorkspace(workspace, work);
  const { newestVersion } = await within((query) => deps.ciphers.of(query, workspace));
  for (const rows of staleRows) {
    for (const version of await within((query) => versionsOf(query, rows.kind, newestVersion))) {
      let after: string | undefined = firstId;
      while (after !== undefined) {
        stop.throwIfAborted();
        const from: string = after;
        const batch: Batch = await within(async (query) => {
          const cipher = await deps.ciphers.of(query, workspace);
          const done = await rows.rewrap({
            deps,
            query,
            cipher,
            workspace,
            version,
            after: from,
            rows: batchRows,
          });
          await tally(query, done);
          return done;
        });
        failed += batch.failures.length;
        after = batch.last;
      }
    }
  }
  return failed;
}

async function rewrapWorkspace(deps: RewrapDeps, workspace: string, options: RewrapOptions): Promise<void> {
  await rewrapWorkspaceKeys(deps, workspace);
  const within = <T>(work: (query: Query) => Promise<T>) => deps.database.withWorkspace(workspace, work);
  // A pass that was killed had its failures counted; this one counts them again.
  await within((query) =>
    sql`update assay.rotation set failed = 0, failures = '[]' where key = 'workspace' and state = 'running'`.execute(
      query,
    ),
  );
  const failed = await rewrapRows(deps, workspace, options);
  await within((query) =>
    sql`update assay.rotation set state = 'done', finished_at = now()
         where key = 'workspace' and state = 'running'`.execute(query),
  );
  if (failed > 0)
    deps.log.warn({ workspace, failed }, 'keys could not be wrapped anew; their report names them');
}

/**
 * Wraps anew whatever is under an older version of its key. Called again and again by every worker, several at once do
 * no harm; in transactions of some hundred rows, each of which can be the last before a crash.
 */
export function createRewrapper(deps: RewrapDeps, options: RewrapOptions): () => Promise<void> {
  const last = new Map<string, number>();
  async function rewrapStale(): Promise<void> {
    // Another process may have made a root key a moment ago; a look at the keyring finds it.
    await deps.keys.health();
    deps.keys.require();
    const root = deps.keys.describe()?.keyVersion ?? 1;
    const stale = await deps.database.withoutWorkspace(async (query) => {
      const { rows } = await sql<{ workspace_id: string }>`
        select * from assay.stale_workspaces(${root})`.execute(query);
      return rows;
    });
    for (const { workspace_id: workspace } of stale) {
      const running = await deps.database.withWorkspace(workspace, (query) =>
        query.selectFrom('assay.rotation').select('id').where('state', '=', 'running').executeTakeFirst(),
      );
      if (!running && Date.now() - (last.get(workspace) ?? 0) < lateMs) continue;
      await rewrapWorkspace(deps, workspace, options);
      last.set(workspace, Date.now());
    }
    for (const { workspace_id: workspace } of stale)
      await deps.database.withWorkspace(workspace, tellRootRotation);
  }
  return async () => {
    try {
      await rewrapStale();
    } catch (error) {
      // The end of the worker, and missing keys, are told elsewhere; the next call goes on where this one was.
      if (!options.stop.aborted && !AssayError.is(error, 'encryption.key_unavailable')) throw error;
    }
  };
}
