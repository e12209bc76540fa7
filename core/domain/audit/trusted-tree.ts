import { verify } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import {
  appendLeaves,
  ed25519Key,
  leafSignedBytes,
  openNote,
  parseCheckpoint,
  peaksOf,
  type ReadNodes,
  type TreeNode,
  treeRoot,
} from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';
import { logKeysOf, logOrigin } from './origin.ts';
import { type Head, nodesIn } from './tree.ts';

const batchLeaves = 1000;

/** The tree as whoever signs it may believe it: nothing in it rests on rows alone. */
export interface TrustedTree {
  readonly size: number;
  /** @returns the nodes that became complete, leaves first */
  append(hashes: readonly Buffer[]): Promise<TreeNode[]>;
  root(): Promise<Buffer>;
}

function altered(what: string): AssayError {
  return new AssayError(
    'audit.altered',
    `${what}. Nothing more is put into the tree; "assay audit verify" names the first bad record.`,
  );
}

/** Size and root that a head says, as it was signed. */
export function openHead({ keys }: Pick<Deps, 'keys'>, { note, size }: Head) {
  const { origin, logKey } = logKeysOf(keys);
  const checkpoint = parseCheckpoint(openNote(note, [logKey]).text);
  if (checkpoint.origin === origin && checkpoint.size === size) return checkpoint;
  throw altered(`The signed head of ${size} records is another one`);
}

/** @throws AssayError `audit.altered` where the leaf key did not sign this leaf */
export function requireLeaf(
  { keys }: Pick<Deps, 'keys'>,
  leaf: Parameters<typeof leafSignedBytes>[1] & { readonly signature: Buffer },
): void {
  const key = ed25519Key(keys.publicKeys().leaf);
  if (verify(null, leafSignedBytes(logOrigin(keys), leaf), key, leaf.signature)) return;
  throw altered(`The signature of leaf ${leaf.index} does not verify`);
}

/**
 * Opens the tree to go on with it: the stored nodes must give the root that was signed last, and every leaf since then
 * must have its signature. Reads a hash per level, and the leaves since the last head.
 * @throws AssayError `audit.altered`
 */
export async function openTree(
  { keys }: Pick<Deps, 'keys'>,
  query: Query,
  head: Head | undefined,
): Promise<TrustedTree> {
  const known = new Map<string, Buffer>();
  const read: ReadNodes = async (wanted) =>
    wanted.map(({ level, index }) => {
      const hash = known.get(`${level}/${index}`);
      if (hash) return hash;
      throw new Error(`the edge of the audit tree has no node ${index} at level ${level}`);
    });
  let size = 0;
  async function append(hashes: readonly Buffer[]): Promise<TreeNode[]> {
    const nodes = await appendLeaves(size, hashes, read);
    for (const { level, index, hash } of nodes) known.set(`${level}/${index}`, hash);
    size += hashes.length;
    return nodes;
  }
  if (head) {
    const peaks = peaksOf(head.size);
    const hashes = await nodesIn(query)(peaks);
    for (const [at, { level, index }] of peaks.entries())
      known.set(`${level}/${index}`, hashes[at] as Buffer);
    size = head.size;
    if (!(await treeRoot(size, read)).equals(openHead({ keys }, head).root))
      throw altered(`The stored tree is not the one whose head of ${size} records was signed`);
  }
  for (;;) {
    const rows = await query
      .selectFrom('assay.audit_leaf')
      .selectAll()
      .where('index', '>=', String(size))
      .orderBy('index')
      .limit(batchLeaves)
      .execute();
    for (const [at, { index, ...leaf }] of rows.entries()) {
      if (Number(index) !== size + at) throw altered(`Leaf ${size + at} is gone`);
      requireLeaf({ keys }, { index: size + at, ...leaf });
    }
    await append(rows.map(({ hash }) => hash));
    if (rows.length < batchLeaves) break;
  }
  return {
    get size() {
      return size;
    },
    append,
    root: () => treeRoot(size, read),
  };
}
