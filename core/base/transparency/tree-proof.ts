import { AssayError } from '@assay/sdk';
import { assertSize, type LeafRange, type ReadNodes, rangeHashes } from './tree.ts';

/**
 * Hashes that lead from leaf `index` to the root of the first `size` leaves, the leaf's sibling first
 * (RFC 6962, section 2.1.1).
 */
export async function inclusionProof(index: number, size: number, read: ReadNodes): Promise<Buffer[]> {
  assertSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new AssayError('request.invalid', `A tree of ${size} leaves has no leaf ${index}.`);
  }
  const siblings: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      siblings.push({ start: middle, end });
      end = middle;
    } else {
      siblings.push({ start, end: middle });
      start = middle;
    }
  }
  return rangeHashes(siblings.reverse(), read);
}

/**
 * Hashes that show that the first `first` of `second` leaves are the tree that had `first` leaves
 * (RFC 6962, section 2.1.2). Empty for equal sizes and for `first` 0, where there is nothing to show.
 */
export async function consistencyProof(first: number, second: number, read: ReadNodes): Promise<Buffer[]> {
  if (assertSize(first) > assertSize(second)) {
    throw new AssayError('request.invalid', `A tree of ${second} leaves does not hold ${first}.`);
  }
  if (first === 0 || first === second) return [];
  const parts: LeafRange[] = [];
  let [start, end] = [0, second];
  while (end !== first) {
    const middle = start + largestPowerBelow(end - start);
    if (first <= middle) {
      parts.push({ start: middle, end });
      end = middle;
    } else {
      parts.push({ start, end: middle });
      start = middle;
    }
  }
  // Where the old tree is itself a left subtree of the new one, the verifier has its root already.
  if (start > 0) parts.push({ start, end });
  return rangeHashes(parts.reverse(), read);
}

/** The left subtree of `length` > 1 leaves has this many: the largest power of two that leaves something on the right. */
function largestPowerBelow(length: number): number {
  let power = 1;
  while (power * 2 < length) power *= 2;
  return power;
}
