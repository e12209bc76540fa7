import { emptyRoot, hashBytes, nodeHash } from './tree.ts';

/** Whether the proof leads from this leaf hash at `index` to the root of `size` leaves (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/**
 * Whether the tree of `second` leaves starts with the tree of `first` leaves (RFC 9162, section 2.1.4.2). Every tree
 * starts with the empty one, whose root is known.
 */
export function verifyConsistency(
  first: number,
  firstRoot: Buffer,
  second: number,
  secondRoot: Buffer,
  proof: readonly Buffer[],
): boolean {
  if (!isSize(first) || !isSize(second) || first > second) return false;
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  if (first === 0) return proof.length === 0 && firstRoot.equals(emptyRoot);
  let position = first - 1;
  let last = second - 1;
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  // `position` is 0 where the old tree is complete: then its own root starts the way up.
  const [start, ...path] = position === 0 ? [firstRoot, ...proof] : proof;
  if (start === undefined) return false;
  let [oldHash, newHash] = [start, start];
  for (const hash of path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      [oldHash, newHash] = [nodeHash(hash, oldHash), nodeHash(hash, newHash)];
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      newHash = nodeHash(newHash, hash);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && oldHash.equals(firstRoot) && newHash.equals(secondRoot);
}

const half = (value: number): number => Math.floor(value / 2);
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (list: readonly Buffer[]): boolean => list.every((hash) => hash.length === hashBytes);
