/**
 * The Merkle tree of RFC 6962 over SHA-256. Level 0 holds the leaves; node (level, index) covers the leaves from
 * `index * 2^level` on. Only complete subtrees are stored: they never change again, so storage is append-only, and the
 * ragged right edge is computed when it is asked for. Sizes go to 2^53: no bit operators, which would cut to 32 bits.
 */
import { createHash } from 'node:crypto';
import { AssayError } from '@assay/sdk';

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

/** Bytes of every hash in the tree. */
export const hashBytes = 32;
/** Root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = createHash('sha256').digest();

/** Where a complete subtree stands; level 0 holds the leaves. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

/** A complete subtree and its hash. */
export interface TreeNode extends NodePlace {
  readonly hash: Buffer;
}

/** Fetches stored nodes, in the order asked; throws if one is missing. */
export type ReadNodes = (wanted: readonly NodePlace[]) => Promise<readonly Buffer[]>;

/** SHA-256(0x00 | bytes): the prefix keeps a leaf from being taken for a node. */
export function leafHash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(leafPrefix).update(bytes).digest();
}

/** SHA-256(0x01 | left | right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

/**
 * All nodes that become complete when the hashes are appended to a tree of `size` leaves, leaves included, in an order
 * in which children come before parents. Reads the left neighbours it needs in one call.
 */
export async function appendLeaves(
  size: number,
  hashes: readonly Buffer[],
  read: ReadNodes,
): Promise<TreeNode[]> {
  assertSize(size + hashes.length);
  const grows = ({ level }: NodePlace): boolean => {
    const span = 2 ** (level + 1);
    return Math.floor((size + hashes.length) / span) > Math.floor(size / span);
  };
  const neighbours = completeParts(0, assertSize(size)).filter(grows);
  const known = neighbours.length === 0 ? [] : await readExactly(neighbours, read);
  const edge = new Map(neighbours.map(({ level }, i) => [level, known[i] as Buffer]));
  const nodes: TreeNode[] = [];
  for (const [offset, leaf] of hashes.entries()) {
    assertHash(leaf);
    let node: TreeNode = { level: 0, index: size + offset, hash: leaf };
    nodes.push(node);
    while (node.index % 2 === 1) {
      const left = edge.get(node.level) as Buffer;
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
      nodes.push(node);
    }
    edge.set(node.level, node.hash);
  }
  return nodes;
}

/** Root of the first `size` leaves; SHA-256 of nothing for size 0. */
export async function treeRoot(size: number, read: ReadNodes): Promise<Buffer> {
  if (assertSize(size) === 0) return emptyRoot;
  const [root] = await rangeHashes([{ start: 0, end: size }], read);
  return root as Buffer;
}

/** A running tree for whoever reads all leaves in order. Memory: one hash per level. */
export class RunningTree {
  /** Complete subtrees that have no right neighbour yet, by level. */
  readonly #edge = new Map<number, Buffer>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(hash: Buffer): void {
    assertHash(hash);
    let level = 0;
    let merged = hash;
    for (let index = assertSize(this.#size); index % 2 === 1; index = (index - 1) / 2) {
      merged = nodeHash(this.#edge.get(level) as Buffer, merged);
      this.#edge.delete(level);
      level += 1;
    }
    this.#edge.set(level, merged);
    this.#size += 1;
  }

  root(): Buffer {
    return foldEdge(completeParts(0, this.#size).map(({ level }) => this.#edge.get(level) as Buffer));
  }
}

/** Leaves from `start` to before `end`, where `start` is a multiple of the smallest power of two not below the length. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** Hashes of subtrees over these ranges, complete ones or those at the ragged edge; one read for all. */
export async function rangeHashes(ranges: readonly LeafRange[], read: ReadNodes): Promise<Buffer[]> {
  const parts = ranges.map(({ start, end }) => completeParts(start, end));
  const wanted = parts.flat();
  const found = wanted.length === 0 ? [] : await readExactly(wanted, read);
  let at = 0;
  return parts.map((list) => {
    const hashes = found.slice(at, at + list.length);
    at += list.length;
    return foldEdge(hashes);
  });
}

/** @throws AssayError request.invalid for what is no number of leaves */
export function assertSize(size: number): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new AssayError('request.invalid', `A tree has 0 to 2^53-1 leaves, not ${size}.`);
}

/** The complete subtrees that make up a tree of `size` leaves, largest first: its root binds all of them. */
export function peaksOf(size: number): NodePlace[] {
  return completeParts(0, assertSize(size));
}

/** The complete subtrees that make up a range, largest (leftmost) first. */
function completeParts(start: number, end: number): NodePlace[] {
  const parts: NodePlace[] = [];
  let at = start;
  for (let level = 52; level >= 0; level -= 1) {
    const span = 2 ** level;
    if (end - at < span) continue;
    parts.push({ level, index: at / span });
    at += span;
  }
  return parts;
}

/** Root over neighbouring complete subtrees, given left to right: each larger one takes all to its right as sibling. */
function foldEdge(hashes: readonly Buffer[]): Buffer {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

async function readExactly(wanted: readonly NodePlace[], read: ReadNodes): Promise<readonly Buffer[]> {
  const found = await read(wanted);
  if (found.length === wanted.length && found.every((hash) => hash.length === hashBytes)) return found;
  throw new AssayError('internal.unexpected', `${wanted.length} nodes were asked for, ${found.length} came.`);
}

function assertHash(hash: Uint8Array): void {
  if (hash.length === hashBytes) return;
  throw new AssayError('request.invalid', `A leaf hash has ${hashBytes} bytes, not ${hash.length}.`);
}
