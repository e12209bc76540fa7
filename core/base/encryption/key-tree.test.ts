import assert from 'node:assert/strict';
import { createHmac, randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { newKeyTree, newSlot, openKeyTree } from './key-tree.ts';

const last = 2 ** 48 - 1;

describe('tree of keys', () => {
  it('derives the key of a slot by one HMAC a bit, first bit first', () => {
    const tree = newKeyTree();
    for (const slot of [0, 1, last, newSlot()]) {
      let node = Buffer.from(tree.toNodes()[''] ?? '', 'base64');
      for (const bit of slot.toString(2).padStart(48, '0'))
        node = createHmac('sha256', node).update(`assay/key-tree/v1:${bit}`).digest();
      assert.deepEqual(tree.key(slot), node);
    }
    for (const slot of [-1, 0.5, last + 1, Number.NaN]) assert.throws(() => tree.key(slot), TypeError);
  });

  it('after a key was destroyed, derives all others and not this one, from any order of destruction', () => {
    const tree = newKeyTree();
    const slots = [0, 1, 2, 3, last, last - 1, 2 ** 47, ...Array.from({ length: 40 }, () => newSlot())];
    const before = new Map(slots.map((slot) => [slot, tree.key(slot)]));
    let now = tree;
    const destroyed = new Set<number>();
    while (destroyed.size < slots.length) {
      const slot = slots[randomInt(slots.length)] as number;
      now = openKeyTree(now.without([slot]).toNodes());
      destroyed.add(slot);
      for (const [each, key] of before) {
        assert.equal(now.isDestroyed(each), destroyed.has(each));
        if (destroyed.has(each)) assert.throws(() => now.key(each), { code: 'encryption.key_destroyed' });
        else assert.deepEqual(now.key(each), key);
      }
    }
    assert.deepEqual(tree.key(0), before.get(0), 'the tree before is another object, and unchanged');
  });

  it('keeps no node above a destroyed leaf, and at most 48 more for each', () => {
    const tree = newKeyTree().without([5]);
    const path = (5).toString(2).padStart(48, '0');
    const nodes = Object.keys(tree.toNodes());
    assert.equal(nodes.length, 48);
    assert.ok(nodes.every((node) => !path.startsWith(node)));
    assert.ok(Object.keys(tree.without([6]).toNodes()).length <= 96);
  });

  it('refuses what are no nodes', () => {
    for (const nodes of [
      { '2': 'AAAA' },
      { '0': 'AAAA' },
      { ['0'.repeat(49)]: Buffer.alloc(32).toString('base64') },
    ])
      assert.throws(() => openKeyTree(nodes), TypeError);
  });
});
