import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { profile, refusal, valuesOf } from './fixtures/profile.ts';

async function refused(
  given: Parameters<typeof refusal>[0],
  code: string,
  where?: Record<string, unknown>,
  mediaType = 'text/csv',
) {
  const found = await refusal(given, { mediaType });
  assert.equal(found.class, 'data');
  assert.equal(found.code, code, found.message);
  assert.deepEqual(found.where, where, found.message);
  return found;
}

describe('delimited text that is refused', () => {
  test('empty in every way', async () => {
    for (const given of ['', '\n', '\r\n\r\n', '\uFEFF', '\uFEFF\n\n']) await refused(given, 'EMPTY_FILE');
  });

  test('header only', async () => {
    for (const given of ['a,b', 'a,b\n', 'a,b\n\n\n']) await refused(given, 'HEADER_ONLY', { row: 1 });
  });

  test('ragged rows, by row', async () => {
    await refused('a,b\n1,2\n\n3\n', 'RAGGED_ROW', { row: 4, found: 1, expected: 2 });
    await refused('a;b\n1;2;3\n', 'RAGGED_ROW', { row: 2, found: 3, expected: 2 });
    const long = `a,b\n${'1,2\n'.repeat(300_000)}1,2,3\n`;
    await refused(long, 'RAGGED_ROW', { row: 300_002, found: 3, expected: 2 });
  });

  test('NUL bytes, by row and column', async () => {
    await refused('a,b\n1,2\n3,x\0y\n', 'NUL_BYTE', { row: 3, column: 'b' });
    const utf16 = await refused(Buffer.from('a,b\n1,2\n', 'utf16le'), 'NUL_BYTE', { row: 1, column: 1 });
    assert.match(utf16.hint ?? '', /UTF-16/);
  });

  test('names: twice, none, control characters, too long', async () => {
    await refused('a,b,a\n1,2,3\n', 'DUPLICATE_COLUMN', { row: 1, column: 'a' });
    await refused('a, a\n1,2\n', 'DUPLICATE_COLUMN', { row: 1, column: 'a' });
    await refused('a,,c\n1,2,3\n', 'EMPTY_COLUMN_NAME', { row: 1, column: 2 });
    await refused('a,b,\n1,2,3\n', 'EMPTY_COLUMN_NAME', { row: 1, column: 3 });
    await refused('a,b\u0007\n1,2\n', 'BAD_COLUMN_NAME', { row: 1, column: 2 });
    await refused(`a,${'b'.repeat(1001)}\n1,2\n`, 'BAD_COLUMN_NAME', { row: 1, column: 2 });
  });

  test('10,000 columns', async () => {
    const header = Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',');
    const found = await refused(`${header}\n${'1,'.repeat(9999)}1\n`, 'TOO_MANY_COLUMNS', { row: 1 });
    assert.match(found.message, /10000 columns; at most 5000/);
  });

  test('quotes that do not close', async () => {
    await refused('a,b\n1,"2\n3,4\n', 'UNBALANCED_QUOTE', { row: 2, column: 'b' });
    await refused('a,b\n1,"2" 3\n', 'UNBALANCED_QUOTE', { row: 2, column: 'b' });
    await refused('a,"b\n1,2\n', 'UNBALANCED_QUOTE', { row: 1, column: 2 });
  });

  test('values and rows that are too long', async () => {
    const value = 'x'.repeat(1024 * 1024 + 1);
    await refused(`a,b\n1,${value}\n`, 'CELL_TOO_LONG', { row: 2, column: 'b' });
    await refused(`a,b\n1,"${value}"\n`, 'CELL_TOO_LONG', { row: 2, column: 'b' });
    await refused(`${value}`, 'CELL_TOO_LONG', { row: 1, column: 1 });
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`).join(',');
    await refused(`${names}\n${`${'x'.repeat(1_000_000)},`.repeat(19)}1\n`, 'ROW_TOO_LONG', { row: 2 });
  });

  test('bytes that are no text', async () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => ((i * 7919) % 251) + 1));
    await refused(bytes, 'BAD_ENCODING', { row: 1 });
    await refused(Buffer.concat([Buffer.from('\uFEFFa,b\n1,'), Buffer.from([0xe9, 0x0a])]), 'BAD_ENCODING');
    await refused(
      Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        Buffer.from('a,b\n1,', 'utf16le'),
        Buffer.from([0, 0xd8, 65, 0]),
      ]),
      'BAD_ENCODING',
    );
    await refused(Buffer.from('PK\x03\x04xxxxxxxx'), 'UNSUPPORTED_FORMAT');
    await refused(Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'UNSUPPORTED_FORMAT');
  });

  test('a message never carries a value', async () => {
    const found = await refusal('a,b\nsecret,secret,secret\n');
    assert.doesNotMatch(JSON.stringify(found), /secret/);
  });
});

describe('delimited text that is read', () => {
  test('however it is cut, ended and encoded, it is the same table', async () => {
    const text = 'naïve,x\n"ä ""b""",1\n"c\nd",2\n';
    const expected = valuesOf((await profile(text)).arrow, 0);
    assert.deepEqual(expected, ['ä "b"', 'c\nd']);
    const same = async (given: Buffer, encoding: string, how = {}) => {
      const { arrow, profile: p } = await profile(given, how);
      assert.deepEqual(
        p.columns.map((c) => c.name),
        ['naïve', 'x'],
      );
      assert.deepEqual(valuesOf(arrow, 0), expected);
      assert.equal(p.encoding, encoding);
      return p.notes;
    };
    assert.deepEqual(await same(Buffer.from(text), 'utf-8', { piece: 1 }), []);
    assert.equal((await same(Buffer.from(`\uFEFF${text}`), 'utf-8')).length, 1);
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    assert.match((await same(utf16, 'utf-16'))[0] ?? '', /UTF-16/);
    assert.match((await same(Buffer.from(utf16).swap16(), 'utf-16'))[0] ?? '', /UTF-16/);
    assert.match((await same(Buffer.from(text, 'latin1'), 'windows-1252'))[0] ?? '', /windows-1252/);
    await same(Buffer.from(text.trimEnd()), 'utf-8');
  });

  test('windows-1252 has its own quotes and the euro', async () => {
    const { arrow } = await profile(Buffer.from([...Buffer.from('x,y\n'), 0x80, 0x93, 0x2c, 0x31, 0x0a]));
    assert.equal(valuesOf(arrow, 0)[0], '€“');
  });

  test('line ends: CRLF, CR, mixed; empty lines', async () => {
    for (const text of [
      'a,b\r\n1,2\r\n3,"x\r\ny"\r\n',
      'a,b\r1,2\r3,"x\r\ny"\r',
      'a,b\n1,2\r\n3,"x\r\ny"',
      '\n\na,b\n\n1,2\n\n3,"x\r\ny"\n\n',
    ]) {
      const { arrow, profile: p } = await profile(text);
      assert.equal(p.rows, 2, JSON.stringify(text));
      assert.deepEqual(valuesOf(arrow, 0), [1, 3]);
      assert.deepEqual(valuesOf(arrow, 1), ['2', 'x\r\ny']);
    }
    const many = Array.from({ length: 200_000 }, (_, i) => `${i},row ${i} of many`).join('\r\n');
    const { arrow, profile: p } = await profile(`a,b\r\n${many}`);
    assert.equal(p.rows, 200_000);
    assert.ok(valuesOf(arrow, 1).every((v, i) => v === `row ${i} of many`));
    assert.match((await profile('a\n1\n\n2\n')).profile.notes[0] ?? '', /1 empty line was skipped/);
  });

  test('delimiters', async () => {
    for (const [text, delimiter] of [
      ['a;b\n1,5;2,5\n', ';'],
      ['a\tb\n1\t2\n', '\t'],
      ['a|b\n1|2\n', '|'],
      ['"a;x","b;y"\n1,2\n', ','],
      ['a,b;c,d;e\n1;2;3\n', ';'],
      ['a\n1\n', ','],
    ] as const)
      assert.equal((await profile(text, { mediaType: 'text/plain' })).profile.delimiter, delimiter, text);
  });

  test('hostile names are names', async () => {
    const names = [
      '__proto__',
      'constructor',
      'a"b; drop table x',
      "it's",
      '=cmd()',
      '😀',
      'two\nlines',
      'tab\there',
      'A',
      'a',
      'c0',
      '$' + '{x}',
      "'); --",
      'x'.repeat(1000),
    ];
    const header = names.map((n) => `"${n.replaceAll('"', '""')}"`).join(',');
    const { profile: p, arrow, parquet } = await profile(`${header}\n${names.map((_, i) => i).join(',')}\n`);
    assert.deepEqual(
      p.columns.map((c) => c.name),
      names,
    );
    assert.deepEqual(
      names.map((_, i) => valuesOf(arrow, i)[0]),
      names.map((_, i) => i),
    );
    const again = await profile(parquet, { mediaType: 'application/octet-stream' });
    assert.deepEqual(
      again.profile.columns.map((c) => c.name).filter((n) => n !== 'a_1'),
      names.filter((n) => n !== 'a'),
    );
    assert.match(p.notes[0] ?? '', /"a", since a name that differs only in case/);
  });

  test('a header with line breaks, a value of 1 MB, quotes inside plain values', async () => {
    const value = 'y'.repeat(1024 * 1024);
    const { arrow, profile: p } = await profile(`"a\r\nb",c\n5" pipe,${value}\n# no comment,z\n`);
    assert.deepEqual(
      p.columns.map((c) => c.name),
      ['a\r\nb', 'c'],
    );
    assert.deepEqual(valuesOf(arrow, 0), ['5" pipe', '# no comment']);
    assert.equal(String(valuesOf(arrow, 1)[0]).length, value.length);
  });

  test('quoted line breaks in many rows stay in their rows', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, i) => `${i},"line ${i}\nand ""more"", ${'z'.repeat(i % 90)}"`,
    );
    const { arrow, profile: p } = await profile(`a,b\n${rows.join('\n')}\n`);
    assert.equal(p.rows, 60_000);
    const texts = valuesOf(arrow, 1);
    assert.ok(texts.every((t, i) => t === `line ${i}\nand "more", ${'z'.repeat(i % 90)}`));
  });

  test('5,000 columns', async () => {
    const header = Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',');
    const row = Array.from({ length: 5000 }, (_, i) => i).join(',');
    const { profile: p } = await profile(`${header}\n${row}\n${row}\n`);
    assert.equal(p.columns.length, 5000);
    assert.deepEqual([p.columns[4999]?.name, p.columns[4999]?.min], ['c4999', 4999]);
  });
});
