import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ToolStop } from '../process/program.ts';
import { locate, scanDelimited, tidyRows } from './scan.ts';
import { Scanner } from './scanner.ts';

describe('scan of delimited text', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-scan-'));
    file = path.join(folder, 'data');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function scan(text: string | Buffer, delimiter = ',') {
    await writeFile(file, text);
    return scanDelimited(file, delimiter);
  }
  const refused = (text: string | Buffer, code: string, where: Record<string, unknown>) =>
    assert.rejects(scan(text), (error: unknown) => {
      assert.ok(error instanceof ToolStop);
      assert.deepEqual({ code: error.line.code, where: error.line.where }, { code, where });
      return true;
    });

  test('counts rows, keeps the header, sees how lines end', async () => {
    const found = await scan('a,"b ""x""",c\r\n1,2,3\r\n4,"5\r\n5",6\r\n');
    assert.deepEqual(found.header, ['a', 'b "x"', 'c']);
    assert.equal(found.rows, 2);
    assert.equal(found.newline, '\r\n');
    assert.equal(found.quotedNewline, true);
    assert.equal(found.headerHasNewline, false);
    assert.equal((await scan('a\n1\n2')).rows, 2);
    assert.equal((await scan('a\r1\r2\r')).newline, 'mixed');
    assert.equal((await scan('a\n1\r\n2\n')).newline, 'mixed');
    assert.equal((await scan('"a\nb",c\n1,2')).headerHasNewline, true);
  });

  test('marks columns whose values have blanks around them', async () => {
    assert.deepEqual((await scan('a,b,c,d\n1, 2,3 ,x y\n')).padded, [false, true, true, false]);
  });

  test('empty lines are no rows, and are counted', async () => {
    const found = await scan('\na,b\n1,2\n\n3,4\n\n\n');
    assert.deepEqual([found.rows, found.blankLines, found.blankInside], [2, 4, 2]);
    assert.equal((await scan('')).header.length, 0);
    assert.equal((await scan('\n\n')).header.length, 0);
  });

  test('refusals name row and column', async () => {
    await refused('a,b\n1,2\n3\n', 'RAGGED_ROW', { row: 3, found: 1, expected: 2 });
    await refused('a,b\n1,2,3\n', 'RAGGED_ROW', { row: 2, found: 3, expected: 2 });
    await refused('a,b\n1,"2\n3,4\n', 'UNBALANCED_QUOTE', { row: 2, column: 'b' });
    await refused('a,b\n1,"2"x\n', 'UNBALANCED_QUOTE', { row: 2, column: 'b' });
    await refused(`a,b\n1,${'x'.repeat(1024 * 1024 + 1)}\n`, 'CELL_TOO_LONG', { row: 2, column: 'b' });
    await refused(`${'a,'.repeat(10_000)}b\n`, 'TOO_MANY_COLUMNS', { row: 1 });
  });

  test('more than 50 million rows', () => {
    const scanner = new Scanner(',');
    const chunk = Buffer.from('1\n'.repeat(1024 * 1024));
    scanner.push(Buffer.from('a\n'));
    const push = () => {
      for (let i = 0; i < 48; i += 1) scanner.push(chunk);
    };
    assert.throws(push, (error: unknown) => {
      assert.ok(error instanceof ToolStop);
      assert.deepEqual([error.line.code, error.line.where], ['TOO_MANY_ROWS', { row: 50_000_002 }]);
      return true;
    });
  });

  test('the same is found however the bytes are cut', () => {
    const text = Buffer.from('é,"b\r\n""""",c\r\n1, 2,"x,""y"""\r\n\r\n"",,3\n');
    const whole = new Scanner(',');
    whole.push(text);
    const expected = whole.end();
    assert.deepEqual(expected.header, ['é', 'b\r\n""', 'c']);
    for (let size = 1; size < 12; size += 1) {
      const scanner = new Scanner(',');
      for (let i = 0; i < text.length; i += size) scanner.push(text.subarray(i, i + size));
      assert.deepEqual(scanner.end(), expected);
    }
  });

  test('tidy rows: no header, no empty lines, one line ending', async () => {
    await writeFile(file, '\n"a\nb",c\r\n1,"2\r\n2"\r\n\n\r3,4');
    const parts: Uint8Array[] = [];
    for await (const part of tidyRows(file, ',')) parts.push(part);
    assert.equal(Buffer.concat(parts).toString(), '1,"2\r\n2"\n3,4\n');
  });

  test('a byte is located by its row and column', async () => {
    await writeFile(file, 'a,b\n1,2\n3,x\n');
    assert.deepEqual(await locate(file, ',', 10), { row: 3, column: 'b' });
    assert.deepEqual(await locate(file, ',', 0), { row: 1, column: 1 });
  });
});
