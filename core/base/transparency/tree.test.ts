import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  appendLeaves,
  consistencyProof,
  inclusionProof,
  leafHash,
  RunningTree,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { StoredTree } from './testing/stored-tree.ts';

/**
 * Known answers of Certificate Transparency implementations: leaf inputs, node hashes and roots for 0 to 8 leaves.
 * github.com/transparency-dev/merkle, testonly/constants.go (LeafInputs, NodeHashes, RootHashes) at 417fb0c.
 */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const levels = [
  [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
    '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1',
  ],
  [
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  ],
  [
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ],
  ['5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
/** Happy paths of testdata/inclusion and testdata/consistency there: the same tree, hashes by their place above. */
const inclusionAnswers: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 8, ['0/1', '1/1', '2/1']],
  [5, 8, ['0/4', '1/3', '2/0']],
  [2, 3, ['1/0']],
  [1, 5, ['0/0', '1/1', '0/4']],
  [0, 1, []],
];
const consistencyAnswers: readonly (readonly [number, number, readonly string[]])[] = [
  [1, 1, []],
  [1, 8, ['0/1', '1/1', '2/1']],
  [6, 8, ['1/2', '1/3', '2/0']],
  [2, 5, ['1/1', '0/4']],
  [6, 7, ['1/2', '0/6', '2/0']],
];

const hexAt = (place: string): string => {
  const [level = 0, index = 0] = place.split('/').map(Number);
  return levels[level]?.[index] ?? assert.fail(place);
};

/** RFC 6962, section 2.1, word for word. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const half = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);
const memo = new Map<string, Buffer>();
function naiveRoot(leaves: readonly Buffer[], start: number, end: number): Buffer {
  const known = memo.get(`${start}/${end}`);
  if (known) return known;
  const k = half(end - start);
  const root =
    end - start === 0
      ? sha256()
      : end - start === 1
        ? sha256(Buffer.of(0), leaves[start] as Buffer)
        : sha256(Buffer.of(1), naiveRoot(leaves, start, start + k), naiveRoot(leaves, start + k, end));
  memo.set(`${start}/${end}`, root);
  return root;
}
function naivePath(m: number, leaves: readonly Buffer[], start: number, end: number): Buffer[] {
  if (end - start === 1) return [];
  const k = half(end - start);
  return m < k
    ? [...naivePath(m, leaves, start, start + k), naiveRoot(leaves, start + k, end)]
    : [...naivePath(m - k, leaves, start + k, end), naiveRoot(leaves, start, start + k)];
}
function naiveSubproof(
  m: number,
  leaves: readonly Buffer[],
  start: number,
  end: number,
  known: boolean,
): Buffer[] {
  if (m === end - start) return known ? [] : [naiveRoot(leaves, start, end)];
  const k = half(end - start);
  return m <= k
    ? [...naiveSubproof(m, leaves, start, start + k, known), naiveRoot(leaves, start + k, end)]
    : [...naiveSubproof(m - k, leaves, start + k, end, false), naiveRoot(leaves, start, start + k)];
}

const most = 70;
const leaves = Array.from({ length: most }, (_, i) => Buffer.from(`leaf ${i}`));
const rootOf = (size: number): Buffer => naiveRoot(leaves, 0, size);

async function grown(batch: number): Promise<StoredTree> {
  const tree = new StoredTree();
  for (let at = 0; at < most; at += batch) await tree.append(leaves.slice(at, at + batch).map(leafHash));
  return tree;
}

describe('known answers', async () => {
  const tree = new StoredTree();
  await tree.append(inputs.map((input) => leafHash(Buffer.from(input, 'hex'))));
  it('nodes', () => {
    assert.equal(tree.nodes().size, 15);
    for (const [place, hash] of tree.nodes()) assert.equal(hash.toString('hex'), hexAt(place));
  });
  it('roots', async () => {
    const running = new RunningTree();
    for (const [size, expected] of roots.entries()) {
      assert.equal((await treeRoot(size, tree.read)).toString('hex'), expected);
      assert.equal(running.root().toString('hex'), expected);
      assert.equal(running.size, size);
      const input = inputs[size];
      if (input !== undefined) running.push(leafHash(Buffer.from(input, 'hex')));
    }
  });
  it('inclusion proofs', async () => {
    for (const [index, size, places] of inclusionAnswers) {
      const proof = await inclusionProof(index, size, tree.read);
      assert.deepEqual(
        proof.map((hash) => hash.toString('hex')),
        places.map(hexAt),
      );
    }
  });
  it('consistency proofs', async () => {
    for (const [first, second, places] of consistencyAnswers) {
      const proof = await consistencyProof(first, second, tree.read);
      assert.deepEqual(
        proof.map((hash) => hash.toString('hex')),
        places.map(hexAt),
      );
    }
  });
});

describe(`every tree of up to ${most} leaves`, async () => {
  const tree = await grown(most);
  it('has the same nodes, however it grew', async () => {
    for (const batch of [1, 2, 3, 7, 64]) assert.deepEqual((await grown(batch)).nodes(), tree.nodes());
  });
  it('has the root of the definition', async () => {
    for (let size = 0; size <= most; size += 1)
      assert.deepEqual(await treeRoot(size, tree.read), rootOf(size));
  });
  it('shows every leaf', async () => {
    for (let size = 1; size <= most; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, tree.read);
        assert.deepEqual(proof, naivePath(index, leaves, 0, size));
        const leaf = leafHash(leaves[index] as Buffer);
        assert.ok(verifyInclusion(leaf, index, size, proof, rootOf(size)));
        assert.ok(!verifyInclusion(leaf, index + 1, size, proof, rootOf(size)));
        assert.ok(!verifyInclusion(leaf, index, size, [...proof, leaf], rootOf(size)));
        if (size > 1) assert.ok(!verifyInclusion(leaf, index, size, proof.slice(0, -1), rootOf(size)));
      }
    }
  });
  it('contains every smaller one', async () => {
    for (let second = 0; second <= most; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const proof = await consistencyProof(first, second, tree.read);
        if (first > 0) assert.deepEqual(proof, naiveSubproof(first, leaves, 0, second, true));
        assert.ok(verifyConsistency(first, rootOf(first), second, rootOf(second), proof));
        const longer = [...proof, rootOf(1)];
        assert.ok(!verifyConsistency(first, rootOf(first), second, rootOf(second), longer));
        if (first !== second)
          assert.ok(!verifyConsistency(second, rootOf(second), first, rootOf(first), proof));
        if (proof.length > 0) {
          const shorter = proof.slice(1);
          assert.ok(!verifyConsistency(first, rootOf(first), second, rootOf(second), shorter));
        }
      }
    }
  });
});

describe('altered proofs', async () => {
  const tree = await grown(most);
  const flips = (list: readonly Buffer[]): Buffer[][] =>
    list.flatMap((hash, at) =>
      Array.from({ length: 256 }, (_, bit) => {
        const other = Buffer.from(hash);
        other[Math.floor(bit / 8)] = (other[Math.floor(bit / 8)] as number) ^ (2 ** (bit % 8));
        return list.with(at, other);
      }),
    );
  it('of inclusion: every single bit of leaf, path and root counts', async () => {
    for (const [index, size] of [
      [0, 1],
      [0, 70],
      [69, 70],
      [37, 64],
      [64, 65],
      [5, 7],
    ] as const) {
      const path = await inclusionProof(index, size, tree.read);
      for (const [leaf, root, ...proof] of flips([
        leafHash(leaves[index] as Buffer),
        rootOf(size),
        ...path,
      ])) {
        assert.ok(!verifyInclusion(leaf as Buffer, index, size, proof, root as Buffer));
      }
    }
  });
  it('of consistency: every single bit of roots and path counts', async () => {
    for (const [first, second] of [
      [1, 2],
      [3, 70],
      [64, 70],
      [69, 70],
      [32, 64],
      [6, 7],
      [5, 5],
    ] as const) {
      const path = await consistencyProof(first, second, tree.read);
      for (const [from, to, ...proof] of flips([rootOf(first), rootOf(second), ...path])) {
        assert.ok(!verifyConsistency(first, from as Buffer, second, to as Buffer, proof));
      }
    }
  });
  it('with impossible sizes or hashes of another length', () => {
    const [root, leaf] = [rootOf(2), leafHash(leaves[0] as Buffer)];
    const sibling = leafHash(leaves[1] as Buffer);
    assert.ok(verifyInclusion(leaf, 0, 2, [sibling], root));
    for (const [index, size] of [
      [-1, 2],
      [0.5, 2],
      [0, 2.5],
      [0, Number.NaN],
      [2, 2],
      [0, 2 ** 60],
    ] as const) {
      assert.ok(!verifyInclusion(leaf, index, size, [sibling], root));
    }
    assert.ok(!verifyInclusion(leaf, 0, 2, [sibling.subarray(1)], root));
    assert.ok(!verifyConsistency(0, root, 2, root, []));
    assert.ok(!verifyConsistency(3, rootOf(3), 2, root, []));
    assert.ok(!verifyConsistency(1, leaf.subarray(1), 2, root, [sibling]));
  });
});

describe('sizes beyond 32 bits', () => {
  // A log of equal leaves: a node depends on its level alone, so a tree of any size needs no storage.
  const uniform: Buffer[] = [leafHash(Buffer.from('the same'))];
  for (let level = 1; level <= 53; level += 1) {
    const below = uniform[level - 1] as Buffer;
    uniform.push(sha256(Buffer.of(1), below, below));
  }
  const leaf = uniform[0] as Buffer;
  const read = async (wanted: readonly { level: number; index: number }[]) =>
    wanted.map(({ level, index }) => {
      assert.ok(Number.isSafeInteger(index));
      return uniform[level] as Buffer;
    });
  const sizes = [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 2 ** 40 + 12_345, 2 ** 53 - 2, 2 ** 53 - 1];
  it('has proofs that verify, and not for another size', async () => {
    for (const size of sizes) {
      const root = await treeRoot(size, read);
      for (const index of [0, 2 ** 30 + 1, size - 1]) {
        const proof = await inclusionProof(index, size, read);
        assert.ok(proof.length <= 53);
        assert.ok(verifyInclusion(leaf, index, size, proof, root));
        assert.ok(!verifyInclusion(leaf, index, size, proof.slice(1), root));
      }
      for (const first of [1, 2 ** 30, 2 ** 31 - 1, size - 1]) {
        const proof = await consistencyProof(first, size, read);
        assert.ok(verifyConsistency(first, await treeRoot(first, read), size, root, proof));
        assert.ok(!verifyConsistency(first, await treeRoot(first - 1, read), size, root, proof));
      }
    }
  });
  it('grows by one across 2^32', async () => {
    const nodes = await appendLeaves(2 ** 32 - 1, [leaf], read);
    assert.equal(nodes.length, 33);
    assert.deepEqual(nodes.at(-1), { level: 32, index: 0, hash: uniform[32] });
  });
});

describe('refusals', () => {
  const none = async (): Promise<Buffer[]> => [];
  const invalid = { code: 'request.invalid' };
  it('of leaves and sizes that cannot be', async () => {
    await assert.rejects(inclusionProof(3, 3, none), invalid);
    await assert.rejects(inclusionProof(-1, 3, none), invalid);
    await assert.rejects(consistencyProof(4, 3, none), invalid);
    await assert.rejects(treeRoot(-1, none), invalid);
    await assert.rejects(treeRoot(1.5, none), invalid);
    await assert.rejects(appendLeaves(2 ** 53 - 1, [leafHash(Buffer.of())], none), invalid);
    await assert.rejects(appendLeaves(0, [Buffer.of(1)], none), invalid);
    assert.throws(() => new RunningTree().push(Buffer.of(1)), invalid);
  });
  it('of a store that gives back too little', async () => {
    await assert.rejects(treeRoot(3, none), { code: 'internal.unexpected' });
  });
  it('of more reads than the right edge needs', async () => {
    const tree = await grown(most);
    tree.reads = 0;
    await tree.append([leafHash(Buffer.from('one more'))]);
    assert.equal(tree.reads, 0, '71 leaves complete nothing');
    await tree.append([leafHash(Buffer.from('and another'))]);
    assert.equal(tree.reads, 3, '72 leaves complete a subtree of eight');
  });
});
