import { RefusedError, UsageError } from './exit.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const prefix = /^[0-9a-f]{4}[0-9a-f-]*$/;
const pages = 10;
const pageSize = 200;

interface Listed {
  readonly id: string;
  readonly name?: string;
}
type List<T> = (page: { limit: number; after?: string }) => Promise<{ items: readonly T[]; next?: string }>;

/** The newest items, at most two thousand. */
export async function listNewest<T extends Listed>(list: List<T>): Promise<T[]> {
  const found: T[] = [];
  let after: string | undefined;
  for (let i = 0; i < pages; i++) {
    const page = await list({ limit: pageSize, ...(after ? { after } : {}) });
    found.push(...page.items);
    after = page.next;
    if (!after) break;
  }
  return found;
}

/**
 * The id that is meant by an id, the beginning of one (four characters or more), or a name.
 * @throws UsageError where several are meant, RefusedError where none is
 */
export async function findId<T extends Listed>(
  noun: string,
  reference: string,
  list: List<T>,
): Promise<string> {
  if (uuid.test(reference)) return reference;
  const items = await listNewest(list);
  const named = items.filter((item) => item.name === reference);
  const found =
    named.length > 0
      ? named
      : items.filter((item) => prefix.test(reference) && item.id.startsWith(reference));
  const [first] = found;
  if (first && found.length === 1) return first.id;
  if (!first)
    throw new RefusedError(
      `There is no ${noun} "${reference}"; "assay ${noun.replace('data set', 'dataset')} list" shows what there is.`,
    );
  const ids = found.slice(0, 5).map((item) => item.id.slice(0, 8));
  throw new UsageError(
    `"${reference}" means ${found.length} of the ${noun}s (${ids.join(', ')}…); give the id.`,
  );
}
