import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import {
  type FrameHeader,
  JobDocument,
  maxLineBytes,
  programLines,
  readFrames,
  runProtocol,
} from '@assay/sdk';
import { Compile } from 'typebox/compile';
import { protocolTables } from './reference.ts';

const file = path.resolve(import.meta.dirname, '../../docs/reference/run-protocol.md');
const document = await readFile(file, 'utf8');

for (const [heading, table] of protocolTables())
  test(`the reference says what the code says under "${heading}"`, () => {
    const at = document.indexOf(`\n${heading}\n`);
    assert.ok(at >= 0, `docs/reference/run-protocol.md has no heading "${heading}"`);
    const section = document.slice(at + heading.length + 2).split(/\n#{2,4} /)[0] ?? '';
    const stands = section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n');
    assert.equal(stands, table);
  });

test('the reference names the protocol and the length of a line', () => {
  assert.ok(document.includes(`\`${runProtocol}\``));
  assert.ok(document.includes(`${maxLineBytes / 1024} KiB`));
});

/** Blocks of the transcript by who speaks. */
function said(who: string): Buffer {
  const block = new RegExp(`\`\`\`${who}\n([\\s\\S]*?)\n\`\`\``).exec(document)?.[1];
  assert.ok(block, `the transcript has no part "${who}"`);
  return Buffer.from(`${block}\n`);
}

async function* one(bytes: Buffer) {
  yield bytes;
}

test('every line of the transcript is a line of the protocol', async () => {
  const names: string[] = [];
  for await (const { header } of readFrames(one(said('program')), { maxBodyBytes: 2 ** 20 })) {
    const schema = programLines[header.t as keyof typeof programLines];
    assert.ok(schema && Compile(schema).Check(header), JSON.stringify(header));
    names.push(header.t);
  }
  assert.deepEqual(names, ['ready', 'begun', 'progress', 'result', 'done']);
});

test('the job document of the transcript fits its schema', async () => {
  const names: string[] = [];
  for await (const { header, body } of readFrames(one(said('runner')), { maxBodyBytes: 2 ** 20 })) {
    names.push((header as FrameHeader).t);
    const bytes: Uint8Array[] = [];
    for await (const part of body) bytes.push(part);
    if (header.t !== 'run') continue;
    const [first] = Compile(JobDocument).Errors(JSON.parse(Buffer.concat(bytes).toString()));
    assert.equal(first, undefined, `${first?.instancePath} ${first?.message}`);
  }
  assert.deepEqual(names, ['run', 'code', 'go']);
});
