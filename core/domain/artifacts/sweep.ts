import { sql } from 'kysely';
import type { Deps } from '../deps.ts';

const batch = 500;

/**
 * Removes objects that have been in the store for longer than `olderThanMs` without a row: what a killed process
 * left behind. Younger ones may belong to a transaction that is still open.
 * @returns how many were removed
 */
export async function sweepObjects(
  deps: Pick<Deps, 'database' | 'store' | 'log'>,
  olderThanMs: number,
  now: number = Date.now(),
): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const settle = async () => {
    if (keys.length === 0) return;
    const { rows } = await deps.database.withoutWorkspace((query) =>
      sql<{ key: string }>`select * from assay.unreferenced(${keys})`.execute(query),
    );
    for (const { key } of rows) {
      await deps.store.delete(key);
      removed += 1;
    }
    keys = [];
  };
  for await (const object of deps.store.list('')) {
    if (now - object.modified.getTime() < olderThanMs) continue;
    keys.push(object.key);
    if (keys.length === batch) await settle();
  }
  await settle();
  if (removed > 0) deps.log.info({ removed }, 'objects without a row were removed');
  return removed;
}
