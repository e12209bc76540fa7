import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ExportVerdict, exportLines, verifyExport } from '../../core/base/transparency/index.ts';
import { need } from '../needs.ts';
import { exportOf, keyOf, Log, leafKey, logKey, reader, strangerLeaf } from './audit-log.ts';
import { type Draw, mutations } from './audit-mutations.ts';
import { runPython } from './python.ts';

const rounds = 20;
const keys = { logKey: logKey.vkey, leafKey: leafKey.vkey };
let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assay-audit-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** One export, as bytes, and the checkpoints that were kept outside. */
interface Case {
  readonly bytes: Buffer;
  readonly kept: readonly string[];
}
const caseOf = (lines: readonly string[], kept: readonly string[] = []): Case => ({
  bytes: Buffer.from(`${lines.join('\n')}\n`),
  kept,
});

/** Small numbers by a linear congruential generator: the same run every time. */
function drawFrom(seed: number): Draw {
  let state = BigInt(seed);
  return (from, to) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return from + Number((state >> 33n) % BigInt(to - from));
  };
}

/** Reads the file in pieces of an odd size, as a disk or a network would give it. */
async function* chunks(bytes: Buffer, size = 1_021): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const ours = ({ bytes, kept }: Case): Promise<ExportVerdict> =>
  verifyExport(exportLines(chunks(bytes)), { ...keys, checkpoints: kept });

async function argumentsOf({ bytes, kept }: Case, name: string): Promise<string[]> {
  const file = (suffix: string): string => path.join(folder, `${name}.${suffix}`);
  await writeFile(file('jsonl'), bytes);
  await Promise.all(kept.map((note, i) => writeFile(file(`${i}.note`), note)));
  const checkpoints = kept.flatMap((_, i) => ['--checkpoint', file(`${i}.note`)]);
  return [file('jsonl'), '--log-key', keys.logKey, '--leaf-key', keys.leafKey, ...checkpoints];
}

/** One Python process for all cases: what it prints for each, and its exit code. */
const many = `
import contextlib, io, json, sys, verify_audit
for line in sys.stdin:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = verify_audit.main(json.loads(line))
    print(json.dumps([code, out.getvalue()]))
`;
async function theirs(cases: readonly Case[]): Promise<(readonly [number, string])[]> {
  const calls = await Promise.all(cases.map((one, i) => argumentsOf(one, String(i))));
  const input = calls.map((call) => `${JSON.stringify(call)}\n`).join('');
  const { code, stdout, stderr } = await runPython(['-c', many], input);
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Both verifiers name this record; null where it is enough that they name the same one. */
async function assertBad(cases: readonly (Case & { bad: number | null; name: string })[]): Promise<void> {
  const answers = await theirs(cases);
  for (const [i, one] of cases.entries()) {
    const verdict = await ours(one);
    const [code, text] = answers[i] ?? assert.fail('an answer is missing');
    assert.ok(!verdict.ok, `${one.name}: not seen by verifyExport`);
    assert.equal(code, 1, `${one.name}: ${text}`);
    assert.match(text, /^bad: record \d+: [^\n]+\n$/);
    const named = Number(/\d+/.exec(text)?.[0]);
    assert.equal(named, verdict.index, `${one.name}: ${text} but ${verdict.reason}`);
    if (one.bad !== null) assert.equal(named, one.bad, `${one.name}: ${text} and ${verdict.reason}`);
  }
}

async function assertGood(cases: readonly Case[], sizes: readonly number[]): Promise<void> {
  const answers = await theirs(cases);
  for (const [i, one] of cases.entries()) {
    const verdict = await ours(one);
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.equal(verdict.size, sizes[i]);
    assert.deepEqual(answers[i], [0, `ok: ${sizes[i]} records, all of workspace ${reader} shown\n`]);
  }
}

describe('an export and its two verifiers', need('python-cryptography'), () => {
  it('is good as it was written', async () => {
    const logs = [0, 1, 2, 9, 64].map((size) => Log.ofSize(size));
    const cases = await Promise.all(
      logs.map(async (log) => {
        const kept = [0, 1, 5, log.size].filter((size) => size <= log.size);
        const notes = await Promise.all(kept.map((size) => log.checkpoint(size)));
        return caseOf(exportOf(log.entries, await log.checkpoint()), notes);
      }),
    );
    const log = Log.ofSize(30);
    const witness = keyOf('witness.example/w', 7);
    const witnessed = caseOf(exportOf(log.entries, await log.checkpoint(30, [witness, logKey])));
    const lines = exportOf(log.entries, await log.checkpoint());
    const unended = { bytes: Buffer.from(lines.join('\n')), kept: [] };
    const windows = { bytes: Buffer.from(lines.join('\r\n')), kept: [] };
    await assertGood([...cases, witnessed, unended, windows], [0, 1, 2, 9, 64, 30, 30, 30]);
  });

  it(`is seen to be altered: ${Object.keys(mutations).length} ways, ${rounds} times each`, async () => {
    const logs = [2, 3, 16, 37].map((size) => Log.ofSize(size));
    const cases = [];
    for (const [kind, [name, mutate]] of Object.entries(mutations).entries()) {
      for (let round = 0; round < rounds; round += 1) {
        const log = logs[round % logs.length] as Log;
        const { lines, kept, bad } = await mutate(log, drawFrom(kind * 1_000 + round));
        cases.push({ ...caseOf(lines, kept), bad, name: `${name}, round ${round}` });
      }
    }
    assert.ok(cases.length >= 500);
    await assertBad(cases);
  });

  it('cannot show a cut tail without a checkpoint kept outside', async () => {
    const log = Log.ofSize(20);
    const lines = exportOf(log.entries.slice(0, 12), await log.checkpoint(12));
    await assertGood([caseOf(lines), caseOf(lines, [await log.checkpoint(12)])], [12, 12]);
    await assertBad([{ ...caseOf(lines, [await log.checkpoint(13)]), bad: 12, name: 'cut' }]);
  });
});

describe('lines that are no export', need('python-cryptography'), async () => {
  const log = Log.ofSize(5);
  const lines = exportOf(log.entries, await log.checkpoint());
  const [header = '', , , third = ''] = lines;
  const line = (text: string): readonly string[] => lines.with(3, text);
  const inRecord = (text: string): readonly string[] =>
    line(third.replace('"record":{', `"record":{${text},`));
  const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const second: Record<string, readonly string[]> = {
    'an empty line': line(''),
    'no JSON': line('{'),
    'a list': line('[]'),
    'a word': line('"checkpoint"'),
    null: line('null'),
    NaN: inRecord('"x":NaN'),
    'a fraction': inRecord('"x":1.5'),
    'a whole number with a point': line(third.replace('"index":2', '"index":2.0')),
    'an exponent': line(third.replace('"index":2', '"index":2e0')),
    'a number as text': line(third.replace('"index":2', '"index":"2"')),
    'a boolean as index': line(third.replace('"index":2', '"index":true')),
    'a negative index': line(third.replace('"index":2', '"index":-2')),
    'an integer beyond 2^53': inRecord('"x":9007199254740992'),
    'an integer of 5,000 digits': inRecord(`"x":${'9'.repeat(5_000)}`),
    'an index twice': line(third.replace('"index":2', '"index":7,"index":2')),
    'a name twice in a record': inRecord('"seq":7'),
    'a name twice, once escaped': inRecord('"\\u0073eq":7'),
    'a name outside ASCII': inRecord('"é":1'),
    'half a surrogate pair': inRecord('"x":"\\ud800"'),
    'a control character': inRecord('"x":"\x01"'),
    '33 levels': inRecord(`"x":${deep(31)}`),
    '5,000 levels': inRecord(`"x":${deep(5_000)}`),
    '100,000 levels': line(deep(100_000)),
    'a record that is null': line(third.replace(/"record":.*$/s, '"record":null}')),
    'a record that is a list': line(third.replace(/"record":.*$/s, '"record":[]}')),
    'one more name': line(third.replace('"index":2', '"index":2,"note":1')),
    'no tag': line(third.replace('"tag"', '"Tag"')),
    'genuine as a number': line(third.replace('"genuine":true', '"genuine":1')),
    'no signature': line(third.replace('"signature"', '"Signature"')),
    'a hash that is a number': line(third.replace(/"hash":"[^"]*"/, '"hash":1')),
    'a hash that is short': line(third.replace(/"hash":"[^"]*"/, '"hash":"AAAA"')),
    'a hash with white space': line(third.replace('"hash":"', '"hash":" ')),
    'a hash outside ASCII': line(third.replace('"hash":"', '"hash":"é')),
    'a line of two mebibytes': inRecord(`"x":"${'x'.repeat(2 ** 21)}"`),
    'two values': line(`${third} ${third}`),
    'an early checkpoint': line(lines.at(-1) as string),
  };
  it('in the middle', () =>
    assertBad(Object.entries(second).map(([name, all]) => ({ ...caseOf(all), bad: 2, name }))));
  it('as header', () => {
    const headers = [
      '',
      '[]',
      header.replace('audit/1', 'audit/2'),
      header.replace(':5,', ':-5,'),
      header.replace(':5,', ':"5",'),
      header.replace(':5,', ':5.0,'),
      header.replace(':5,', ':true,'),
      header.replace('"behind":0', '"behind":-1'),
      header.replace(/"reader":"[^"]*"/, '"reader":""'),
      header.replace('"tagKey":"', '"tagKey":" '),
      header.replace('"signature":"', '"signature":"AAAA'),
      header.replace('assay.example/audit', ''),
      header.replace('assay.example/audit', 'a\\nb'),
      header.replace('{', '{"more":1,'),
      `\ufeff${header}`,
      third,
    ];
    return assertBad(headers.map((text) => ({ ...caseOf(lines.with(0, text)), bad: 0, name: text })));
  });
  it('at the end', async () => {
    const note = await log.checkpoint();
    const end = (text: string): readonly string[] => lines.with(-1, JSON.stringify({ checkpoint: text }));
    const cases = [
      { ...caseOf(lines.slice(0, -1)), bad: 0, name: 'no checkpoint' },
      { ...caseOf(lines.slice(0, -1), [await log.checkpoint(4)]), bad: 4, name: 'no checkpoint, one kept' },
      { ...caseOf([...lines, '']), bad: 5, name: 'an empty line more' },
      { ...caseOf([...lines, lines.at(-1) as string]), bad: 5, name: 'two checkpoints' },
      { ...caseOf([...lines, third]), bad: 5, name: 'a record after the checkpoint' },
      { ...caseOf(lines.with(-1, '{"checkpoint":1}')), bad: 5, name: 'a number' },
      ...[
        '',
        '\n\n',
        note.slice(0, -1),
        note.replace('\n\n', '\n'),
        note.replace('—', '-'),
        note.replaceAll('\n', '\r\n'),
        `${note}x\n`,
        `${note}— a\u2003b AAAAAAA=\n`,
        note.replace('\n5\n', '\n05\n'),
        note.repeat(2),
        `${'x'.repeat(1_000_001)}\n${note}`,
      ].map((text) => ({ ...caseOf(end(text)), bad: 0, name: JSON.stringify(text.slice(0, 300)) })),
    ];
    await assertBad(cases);
  });
  it('as bytes', async () => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const latin = Buffer.from(bytes);
    const place = latin.indexOf('Zo', latin.indexOf('"index":2'));
    latin[place + 2] = 0xff;
    await assertBad([
      { bytes: Buffer.of(), kept: [], bad: 0, name: 'nothing' },
      { bytes: Buffer.alloc(3_000_000), kept: [], bad: 0, name: 'zeros without end' },
      { bytes: latin, kept: [], bad: 2, name: 'no UTF-8' },
      { bytes: Buffer.from(lines.join('\n'), 'utf16le'), kept: [], bad: 0, name: 'UTF-16' },
    ]);
  });
});

describe('what says nothing about the export', need('python-cryptography'), async () => {
  const log = Log.ofSize(3);
  const good = caseOf(exportOf(log.entries, await log.checkpoint()));
  const invalid = { code: 'audit.note_invalid' };
  it('a checkpoint kept outside that the log did not sign', async () => {
    for (const note of ['', await log.checkpoint(2, [strangerLeaf])]) {
      await assert.rejects(ours({ ...good, kept: [note] }), invalid);
      const [answer] = await theirs([{ ...good, kept: [note] }]);
      assert.equal(answer?.[0], 2);
    }
  });
  it('keys and files that cannot be used; by the command itself', async () => {
    const [file = '', ...rest] = await argumentsOf(good, 'good');
    const script = 'verify_audit.py';
    const call = (...args: string[]) => runPython([script, ...args]);
    assert.deepEqual(await call(file, ...rest), {
      code: 0,
      stdout: `ok: 3 records, all of workspace ${reader} shown\n`,
      stderr: '',
    });
    const wrong = [
      [file, '--log-key', 'x', '--leaf-key', keys.leafKey],
      [file, '--log-key', keys.logKey, '--leaf-key', keys.leafKey.slice(1)],
      [file, '--log-key', keys.logKey],
      [folder, ...rest],
      [path.join(folder, 'absent'), ...rest],
      [file, ...rest, '--checkpoint', path.join(folder, 'absent')],
      [file, ...rest, '--checkpoint', file],
    ];
    const answers = await Promise.all(wrong.map((args) => call(...args)));
    for (const { code, stdout, stderr } of answers) {
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /error: /);
      assert.doesNotMatch(stderr, /Traceback/);
    }
    const { logKey: right } = keys;
    const swapped = await call(file, '--log-key', right, '--leaf-key', strangerLeaf.vkey);
    assert.equal(swapped.code, 1);
    assert.match(swapped.stdout, /^bad: record 0: /);
  });
});
