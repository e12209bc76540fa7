import assert from 'node:assert/strict';
import { appendLeaves, type NodePlace, type ReadNodes } from '../index.ts';

/** A tree whose nodes lie in a map, as they would in a table: every node is written once. */
export class StoredTree {
  readonly #nodes = new Map<string, Buffer>();
  size = 0;
  /** How many nodes were read. */
  reads = 0;

  readonly read: ReadNodes = async (wanted) =>
    wanted.map((place) => {
      this.reads += 1;
      const hash = this.#nodes.get(key(place));
      assert.ok(hash, `node ${key(place)} was asked for and is not stored`);
      return hash;
    });

  async append(hashes: readonly Buffer[]): Promise<void> {
    for (const node of await appendLeaves(this.size, hashes, this.read)) {
      assert.ok(!this.#nodes.has(key(node)), `node ${key(node)} is written twice`);
      this.#nodes.set(key(node), node.hash);
    }
    this.size += hashes.length;
  }

  nodes(): ReadonlyMap<string, Buffer> {
    return this.#nodes;
  }
}

const key = ({ level, index }: NodePlace): string => `${level}/${index}`;
