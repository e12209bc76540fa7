import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { keyBytes } from './gcm.ts';

/**
 * 2^48 keys of which single ones can be destroyed for good, without a place for each.
 *
 * The construction of Goldreich, Goldwasser and Micali (1986): every node of a binary tree is a key, its two children
 * are HMAC-SHA-256 of one label each under it, and the leaf at the end of a slot's 48 bits is the slot's key. To destroy
 * a leaf, the one node above it is replaced by the siblings along the path: every other leaf can still be derived, this
 * one cannot be by anybody ("puncturing": Boneh and Waters 2013; Kiayias et al. 2013). So the tree grows with what was
 * destroyed, at most 48 nodes of 32 bytes each, and not with what is in use.
 */
export interface KeyTree {
  /** 32 bytes; the caller wipes them. Fails with `encryption.key_destroyed`. */
  key(slot: number): Buffer;
  isDestroyed(slot: number): boolean;
  /** The same tree without these slots; one that is gone already is no error. */
  without(slots: readonly number[]): KeyTree;
  /** Nodes as they are kept: path of bits from the root -> base64 of the node. */
  toNodes(): Readonly<Record<string, string>>;
}

const depth = 48;
const slots = 2 ** depth;

/** A random slot. Two of 100,000 are the same once in 50,000 installations; a unique column refuses the second. */
export function newSlot(): number {
  return randomBytes(depth / 8).readUIntBE(0, depth / 8);
}

export function newKeyTree(): KeyTree {
  return openKeyTree({ '': randomBytes(keyBytes).toString('base64') });
}

/** @throws TypeError where a node is none */
export function openKeyTree(nodes: Readonly<Record<string, string>>): KeyTree {
  const known = new Map<string, Buffer>();
  for (const [path, key] of Object.entries(nodes)) {
    const raw = Buffer.from(key, 'base64');
    if (!/^[01]{0,48}$/.test(path) || raw.length !== keyBytes) throw new TypeError('no node of a key tree');
    known.set(path, raw);
  }
  return new Tree(known);
}

class Tree implements KeyTree {
  readonly #nodes: ReadonlyMap<string, Buffer>;

  constructor(nodes: ReadonlyMap<string, Buffer>) {
    this.#nodes = nodes;
  }

  key(slot: number): Buffer {
    const path = pathOf(slot);
    const above = this.#above(path);
    if (above === undefined) {
      throw new AssayError(
        'encryption.key_destroyed',
        'The key was destroyed on request; what it protected cannot be read any more, by anybody.',
      );
    }
    let node = this.#nodes.get(above) as Buffer;
    for (const bit of path.slice(above.length)) node = child(node, bit);
    return Buffer.from(node);
  }

  isDestroyed(slot: number): boolean {
    return this.#above(pathOf(slot)) === undefined;
  }

  without(slotsToDestroy: readonly number[]): KeyTree {
    const nodes = new Map(this.#nodes);
    for (const slot of slotsToDestroy) {
      const path = pathOf(slot);
      const above = new Tree(nodes).#above(path);
      if (above === undefined) continue;
      let node = nodes.get(above) as Buffer;
      nodes.delete(above);
      for (let at = above.length; at < depth; at += 1) {
        const bit = path[at] as string;
        const other = bit === '0' ? '1' : '0';
        nodes.set(path.slice(0, at) + other, child(node, other));
        node = child(node, bit);
      }
    }
    return new Tree(nodes);
  }

  toNodes(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#nodes].map(([path, key]) => [path, key.toString('base64')]));
  }

  /** The one node from which the leaf can still be derived. */
  #above(path: string): string | undefined {
    for (let length = 0; length <= depth; length += 1) {
      const above = path.slice(0, length);
      if (this.#nodes.has(above)) return above;
    }
    return undefined;
  }
}

function pathOf(slot: number): string {
  if (!Number.isSafeInteger(slot) || slot < 0 || slot >= slots)
    throw new TypeError(`${slot} is no slot of a key tree`);
  return slot.toString(2).padStart(depth, '0');
}

function child(node: Buffer, bit: string): Buffer {
  const key: KeyObject = createSecretKey(node);
  return createHmac('sha256', key).update(`assay/key-tree/v1:${bit}`).digest();
}
