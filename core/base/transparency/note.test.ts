import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openNote, parseVerifierKey, signNote, verifierKey } from './index.ts';
import { signerOf } from './testing/ed25519.ts';

const invalid = { code: 'audit.note_invalid' };

/** golang.org/x/mod, sumdb/note: example_test.go and note_test.go. The seed is published there, in an example. */
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const peterSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const enochKey = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const text =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const enochLine =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';
const names = (note: string, keys: readonly string[]): string[] =>
  openNote(note, keys).signers.map(({ name }) => name);

describe('published notes', () => {
  it('opens the example of C2SP signed-note', () => {
    const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    const signature =
      'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
    const opened = openNote(`This is an example message.\n\n— example.com/foo ${signature}\n`, [key]);
    assert.equal(opened.text, 'This is an example message.\n');
    assert.deepEqual(
      opened.signers.map(({ name, id }) => [name, id]),
      [['example.com/foo', '530d903a']],
    );
  });
  it('opens a tree head of the Go checksum database', () => {
    // The tree head behind the example of C2SP tlog-checkpoint, with the key that the go command carries.
    const key = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    const head = 'go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    const signature =
      'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=';
    assert.deepEqual(names(`${head}\n— sum.golang.org ${signature}\n`, [key]), ['sum.golang.org']);
  });
  it('signs as golang.org/x/mod/sumdb/note does', async () => {
    const peter = signerOf('PeterNeumann', peterSeed);
    assert.equal(peter.vkey, peterKey);
    assert.equal(await signNote(text, [peter]), `${text}\n${peterLine}`);
  });
  it('knows one signer, or both', () => {
    const note = `${text}\n${peterLine}${enochLine}`;
    assert.deepEqual(names(note, [peterKey]), ['PeterNeumann']);
    assert.deepEqual(names(note, [peterKey, enochKey]), ['PeterNeumann', 'EnochRoot']);
    assert.deepEqual(names(`${text}\n${peterLine}${peterLine}`, [peterKey]), ['PeterNeumann']);
  });
});

describe('notes that are refused', () => {
  const bad = {
    'no known key': [`${text}\n${peterLine}`, []],
    'the bad signature of a known key': [`${text}\n${peterLine.replace('ZJku', 'ZJkv')}`, [peterKey]],
    'a bad one beside a good one': [
      `${text}\n${enochLine}${peterLine.replace('ZJku', 'ZJkv')}`,
      [peterKey, enochKey],
    ],
    'a longer signature': [`${text}\n${peterLine.slice(0, 60)}ABCD${peterLine.slice(60)}`, [peterKey]],
    'another text': [`${text} \n\n${peterLine}`, [peterKey]],
    'a known id under another name': [`${text}\n${peterLine.replace('Peter', 'Petra')}`, [peterKey]],
    'a known name with another id': [`${text}\n${peterLine.replace('x08g', 'x08h')}`, [peterKey]],
    'text alone': [text, [peterKey]],
    'no signature': [`${text}\n`, [peterKey]],
    'no newline at the end': [`${text}\n${peterLine.slice(0, -1)}`, [peterKey]],
    'a control character': [`\x01${text}\n${peterLine}`, [peterKey]],
    'a carriage return': [`${text}\n${peterLine}`.replaceAll('\n', '\r\n'), [peterKey]],
    'half a surrogate pair': [`\ud800${text}\n${peterLine}`, [peterKey]],
    'a line that is no signature': [`${text}\n${peterLine}Unexpected line.\n`, [peterKey]],
    'a name with a space': [
      `${text}\n${peterLine.replace('PeterNeumann', 'Peter Neumann')}${peterLine}`,
      [peterKey],
    ],
    'a name with a wide space': [
      `${text}\n${peterLine.replace('PeterNeumann', 'Peter\u2003N')}${peterLine}`,
      [peterKey],
    ],
    'a hyphen for the dash': [`${text}\n${peterLine.replace('—', '-')}`, [peterKey]],
    'an en dash': [`${text}\n${peterLine.replace('—', '–')}`, [peterKey]],
    'base64 with loose bits': [`${text}\n${enochLine.replace('QQ=\n', 'QR=\n')}${peterLine}`, [peterKey]],
    'base64 without padding': [`${text}\n${peterLine.replace('=', '')}`, [peterKey]],
    'too many signatures': [`${text}\n${peterLine.repeat(101)}`, [peterKey]],
    'a huge text': [`${'a'.repeat(1_000_000)}\n\n${peterLine}`, [peterKey]],
  } as const;
  for (const [name, [note, keys]] of Object.entries(bad)) {
    it(name, () => assert.throws(() => openNote(note, keys), invalid));
  }
  it('but for the good ones, which open', () => {
    assert.equal(openNote(`${text}\n${peterLine.repeat(100)}`, [peterKey]).text, text);
    const empty = `— ${'x'.repeat(200)} AAAAAAA=\n`;
    assert.deepEqual(names(`${text}\n${empty}${peterLine}`, [peterKey]), ['PeterNeumann']);
  });
  it('every single bit of text, key id and signature counts', () => {
    const bytes = Buffer.from(peterLine.split(' ')[2] as string, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const other = Buffer.from(bytes);
      other[Math.floor(bit / 8)] = (other[Math.floor(bit / 8)] as number) ^ (2 ** (bit % 8));
      const note = `${text}\n— PeterNeumann ${other.toString('base64')}\n`;
      assert.throws(() => openNote(note, [peterKey]), invalid);
    }
    for (let at = 0; at < text.length - 1; at += 1) {
      const other = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
      assert.throws(() => openNote(`${other}\n${peterLine}`, [peterKey]), invalid);
    }
  });
});

describe('notes of ours', () => {
  const one = signerOf('log.example/one', Buffer.alloc(32, 1));
  const two = signerOf('zeuge.example/zwei', Buffer.alloc(32, 2));
  it('may have empty lines and any script', async () => {
    const poem = 'Ognuno sta solo sul cuor della terra\n\ned è subito sera.\n';
    const note = await signNote(poem, [one, two]);
    assert.equal(openNote(note, [two.vkey]).text, poem);
    assert.deepEqual(names(note, [two.vkey, one.vkey]), [one.name, two.name]);
  });
  it('are not made of what could not be opened', async () => {
    for (const bad of ['', 'no newline', 'tab\t\n', 'bell\x07\n', '\udc00\n']) {
      await assert.rejects(signNote(bad, [one]), invalid);
    }
    await assert.rejects(signNote(text, []), invalid);
    await assert.rejects(signNote(text, [{ ...one, name: 'a b' }]), invalid);
    await assert.rejects(signNote(text, [{ ...one, name: 'a+b' }]), invalid);
    await assert.rejects(signNote(text, [{ ...one, publicKey: two.publicKey }]), invalid);
    await assert.rejects(signNote(text, [{ ...one, sign: async () => Buffer.alloc(64) }]), invalid);
    await assert.rejects(signNote(text, [{ ...one, sign: async () => Buffer.alloc(3) }]), invalid);
  });
});

describe('verifier keys', () => {
  it('are read and written back', () => {
    for (const key of [peterKey, enochKey]) {
      const { name, publicKey } = parseVerifierKey(key);
      assert.equal(publicKey.length, 32);
      assert.equal(verifierKey(name, publicKey), key);
    }
  });
  it('are refused', () => {
    const { publicKey } = parseVerifierKey(peterKey);
    const ecdsa = Buffer.concat([Buffer.of(2), publicKey]).toString('base64');
    for (const bad of [
      '',
      'PeterNeumann',
      peterKey.slice(1),
      peterKey.replace('c74f20a3', 'c74f20a4'),
      peterKey.replace('c74f20a3', 'C74F20A3'),
      peterKey.slice(0, -4),
      peterKey.replace('+ARpc', '+ARpd'),
      `${peterKey}\n`,
      `PeterNeumann+c74f20a3+${ecdsa}`,
      `${'a'.repeat(1_000)}${peterKey}`,
    ]) {
      assert.throws(() => parseVerifierKey(bad), invalid, bad);
      assert.throws(() => openNote(`${text}\n${peterLine}`, [peterKey, bad]), invalid, bad);
    }
    assert.throws(() => verifierKey('', publicKey), invalid);
    assert.throws(() => verifierKey('a b', publicKey), invalid);
    assert.throws(() => verifierKey('a', publicKey.subarray(1)), invalid);
  });
});
