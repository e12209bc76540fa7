import { RefusedError, UsageError } from './exit.ts';
import { nearest } from './nearest.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const prefix = /^[0-9a-f]{4}[0-9a-f-]*$/;
const pages = 10;
const pageSize = 200;

interface Listed {
  readonly id: string;
  readonly name?: string;
}
type List<T> = (page: { limit: number; after?: string }) => Promise<{ items: readonly T[]; next?: string }>;

export function isId(reference: string): boolean {
  return uuid.test(reference);
}

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

function notFound(noun: string, reference: string, items: readonly Listed[]): RefusedError {
  const near = nearest(
    reference,
    items.flatMap(({ name }) => name ?? []),
  );
  const advice = near
    ? `Did you mean "${near}"?`
    : `"assay ${noun.replace('data set', 'dataset').replace('report', 'job')} list" shows what there is.`;
  return new RefusedError(`There is no ${noun} "${reference}". ${advice}`);
}

/**
 * The id that is meant by an id, the beginning of one (four characters or more), or a name. The list is newest first,
 * so of several with the same name it is the newest.
 * @throws UsageError where several begin so, RefusedError where there is none
 */
export async function findId<T extends Listed>(
  noun: string,
  reference: string,
  list: List<T>,
): Promise<string> {
  if (isId(reference)) return reference;
  const items = await listNewest(list);
  const named = items.find((item) => item.name === reference);
  if (named) return named.id;
  const found = items.filter((item) => prefix.test(reference) && item.id.startsWith(reference));
  const [first] = found;
  if (!first) throw notFound(noun, reference, items);
  if (found.length === 1) return first.id;
  const ids = found.slice(0, 5).map((item) => item.id);
  throw new UsageError(`${found.length} ${noun}s begin with "${reference}", such as ${ids.join(' and ')}.`);
}
