import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatCheckpoint,
  formatProof,
  inclusionProof,
  leafHash,
  openNote,
  parseCheckpoint,
  parseProof,
  signNote,
  treeRoot,
  verifyProof,
} from './index.ts';
import { signerOf } from './testing/ed25519.ts';
import { StoredTree } from './testing/stored-tree.ts';

const origin = 'log.example/audit';
const log = signerOf(origin, Buffer.alloc(32, 1));
const witness = signerOf('witness.example/w1', Buffer.alloc(32, 2));
const noteInvalid = { code: 'audit.note_invalid' };
const proofInvalid = { code: 'audit.proof_invalid' };

describe('checkpoint', () => {
  // C2SP tlog-checkpoint, the example at the top.
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
  it('reads and writes the example of the specification', () => {
    const checkpoint = { origin: 'example.com/behind-the-sofa', size: 20_852_163, root };
    assert.deepEqual(parseCheckpoint(text), checkpoint);
    assert.equal(formatCheckpoint(checkpoint), text);
    const extensions = ['one', 'two words'];
    assert.deepEqual(parseCheckpoint(`${text}one\ntwo words\n`), { ...checkpoint, extensions });
    assert.equal(formatCheckpoint({ ...checkpoint, extensions }), `${text}one\ntwo words\n`);
  });
  it('refuses what is not one', () => {
    for (const [from, to] of [
      ['20852163', '020852163'],
      ['20852163', '-1'],
      ['20852163', '1.0'],
      ['20852163', '1e3'],
      ['20852163', ''],
      ['20852163', '9007199254740992'],
      ['20852163', '99999999999999999999'],
      ['CsUY', 'CsU'],
      ['q2I=', 'q2J='],
      ['q2I=\n', 'q2I='],
      ['q2I=\n', 'q2I=\n\n'],
      ['example.com/behind-the-sofa', ''],
    ] as const) {
      assert.throws(() => parseCheckpoint(text.replace(from, to)), noteInvalid, `${from} -> ${to}`);
    }
    const checkpoint = { origin, size: 1, root };
    assert.throws(() => formatCheckpoint({ ...checkpoint, origin: 'two\n1' }), noteInvalid);
    assert.throws(() => formatCheckpoint({ ...checkpoint, size: 1.5 }), noteInvalid);
    assert.throws(() => formatCheckpoint({ ...checkpoint, root: root.subarray(1) }), noteInvalid);
    assert.throws(() => formatCheckpoint({ ...checkpoint, extensions: ['a\nb'] }), noteInvalid);
    assert.throws(() => formatCheckpoint({ ...checkpoint, extensions: [''] }), noteInvalid);
  });
});

describe('proof', async () => {
  const tree = new StoredTree();
  const records = Array.from({ length: 21 }, (_, i) => Buffer.from(`record ${i}`));
  await tree.append(records.map(leafHash));
  const checkpointOf = async (size: number, name = origin, signers = [log, witness]): Promise<string> =>
    signNote(formatCheckpoint({ origin: name, size, root: await treeRoot(size, tree.read) }), signers);
  const checkpoint = await checkpointOf(21);
  const hashes = await inclusionProof(7, 21, tree.read);
  const proof = formatProof({ index: 7, hashes, checkpoint });
  const record = records[7] as Buffer;

  it('has the form of C2SP tlog-proof', () => {
    const lines = proof.split('\n');
    assert.deepEqual(lines.slice(0, 2), ['c2sp.org/tlog-proof@v1', 'index 7']);
    assert.deepEqual(
      lines.slice(2, 7),
      hashes.map((hash) => hash.toString('base64')),
    );
    assert.equal(lines[7], '');
    assert.equal(lines.slice(8).join('\n'), checkpoint);
    const withExtra = formatProof({ index: 7, extra: Buffer.from('more'), hashes, checkpoint });
    assert.equal(withExtra.split('\n')[1], 'extra bW9yZQ==');
    assert.deepEqual(parseProof(withExtra), { index: 7, extra: Buffer.from('more'), hashes, checkpoint });
  });
  it('shows every record under every checkpoint', async () => {
    for (let size = 1; size <= 21; size += 1) {
      const note = await checkpointOf(size);
      for (let index = 0; index < size; index += 1) {
        const path = await inclusionProof(index, size, tree.read);
        const text = formatProof({ index, hashes: path, checkpoint: note });
        const shown = verifyProof(text, records[index] as Buffer, [log.vkey]);
        assert.deepEqual(
          [shown.index, shown.checkpoint.size, shown.checkpoint.origin],
          [index, size, origin],
        );
      }
    }
  });
  it('names who signed', () => {
    assert.deepEqual(verifyProof(proof, record, [log.vkey]).signers, [origin]);
    assert.deepEqual(verifyProof(proof, record, [witness.vkey, log.vkey]).signers, [origin, witness.name]);
  });
  it('does not hold for another record, index or path', () => {
    const fails = (text: string, leaf = record): void =>
      assert.throws(() => verifyProof(text, leaf, [log.vkey]), proofInvalid);
    fails(proof, records[8] as Buffer);
    fails(formatProof({ index: 6, hashes, checkpoint }));
    fails(formatProof({ index: 7, hashes: hashes.slice(1), checkpoint }));
    fails(formatProof({ index: 7, hashes: [...hashes, hashes[0] as Buffer], checkpoint }));
    fails(formatProof({ index: 7, hashes: hashes.toReversed(), checkpoint }));
    fails(formatProof({ index: 700, hashes, checkpoint }));
  });
  it('needs the key of the log, which is named as its origin', async () => {
    assert.throws(() => verifyProof(proof, record, [witness.vkey]), proofInvalid);
    const stranger = signerOf(origin, Buffer.alloc(32, 9));
    assert.throws(() => verifyProof(proof, record, [stranger.vkey]), noteInvalid);
    const other = await checkpointOf(21, 'log.example/other', [log]);
    const text = formatProof({ index: 7, hashes, checkpoint: other });
    assert.throws(() => verifyProof(text, record, [log.vkey]), proofInvalid);
    assert.equal(openNote(other, [log.vkey]).signers.length, 1);
  });
  it('is refused where its form is wrong', () => {
    const [hash] = hashes as [Buffer];
    for (const [from, to] of [
      ['proof@v1', 'proof@v2'],
      ['index 7', 'index 07'],
      ['index 7', 'index -7'],
      ['index 7', 'index  7'],
      ['index 7', 'Index 7'],
      ['index 7\n', ''],
      ['index 7', 'extra ?\nindex 7'],
      ['index 7', 'extra AAAA\nextra AAAA\nindex 7'],
      ['index 7', 'index 7\nindex 7'],
      [hash.toString('base64'), hash.toString('base64url')],
      [hash.toString('base64'), hash.subarray(1).toString('base64')],
      ['\n\n', '\n'],
      ['\n', '\r\n'],
    ] as const) {
      const text = proof.replace(from, to);
      assert.notEqual(text, proof);
      assert.throws(() => verifyProof(text, record, [log.vkey]), proofInvalid, `${from} -> ${to}`);
    }
    assert.throws(() => formatProof({ index: -1, hashes, checkpoint }), proofInvalid);
    assert.throws(() => formatProof({ index: 1, hashes: Array(54).fill(hash), checkpoint }), proofInvalid);
    assert.throws(() => parseProof(proof + 'x'.repeat(2_000_000)), proofInvalid);
  });
});
