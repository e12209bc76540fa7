import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Deps } from '../deps.ts';

const batch = 500;
/** So many objects without a row are what killed processes leave behind; more than this share of all are something else. */
const usualObjects = 100;
const usualShare = 0.1;

interface Loose {
  readonly key: string;
  /** Its row is there and says that the object was erased, so its removal is owed. */
  readonly erased: boolean;
}

async function findLoose(
  { database, store }: Pick<Deps, 'database' | 'store'>,
  isOld: (modified: Date) => boolean,
): Promise<{ readonly loose: readonly Loose[]; readonly known: number }> {
  const loose: Loose[] = [];
  let known = 0;
  let keys: string[] = [];
  const look = async () => {
    if (keys.length === 0) return;
    const { rows } = await database.withoutWorkspace((query) =>
      sql<Loose & { loose: boolean }>`select * from assay.known_objects(${keys})`.execute(query),
    );
    known += rows.length;
    for (const { key, erased, loose: is } of rows) if (is) loose.push({ key, erased });
    keys = [];
  };
  for await (const object of store.list('')) {
    if (!isOld(object.modified)) continue;
    keys.push(object.key);
    if (keys.length === batch) await look();
  }
  await look();
  return { loose, known };
}

/**
 * Removes objects of this database's workspaces that have been in the store for longer than `olderThanMs` and have no row
 * that opens them: what a killed process left behind. Younger ones may belong to a transaction that is still open, those
 * of other workspaces to another installation.
 * @returns how many were removed
 * @throws AssayError `storage.rows_missing` before anything is removed, where so many have no row that the database is
 * rather an older one
 */
export async function sweepObjects(
  deps: Pick<Deps, 'database' | 'store' | 'log'>,
  olderThanMs: number,
  now: number = Date.now(),
): Promise<number> {
  const { loose, known } = await findLoose(deps, (modified) => now - modified.getTime() >= olderThanMs);
  const rowless = loose.filter(({ erased }) => !erased).length;
  if (rowless > usualObjects && rowless > known * usualShare)
    throw new AssayError(
      'storage.rows_missing',
      `${rowless} of ${known} objects have no row in the database, as if it were older than the object store. None was ` +
        'removed. Restore the database that belongs to them, or take them out of the store yourself.',
    );
  for (const { key } of loose) await deps.store.delete(key);
  if (loose.length > 0) deps.log.info({ removed: loose.length }, 'objects without a row were removed');
  return loose.length;
}
