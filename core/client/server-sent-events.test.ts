import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from './server-sent-events.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

const stream = [
  'retry: 1000\n\n',
  ': still here\n\n',
  'id: 1\nevent: job\ndata: {"a":"ä€😀"}\n\n',
  'id: 2\r\ndata:first\r\ndata: second\r\n\r\n',
  'event: job\rdata\r\r',
  'data: third\n\n',
  'data: cut off',
].join('');

test('every ending of lines, in pieces of every size', async () => {
  for (let size = 1; size <= 20; size++)
    assert.deepEqual(
      await Array.fromAsync(readEvents(inPieces(stream, size))),
      [
        { id: '1', event: 'job', data: '{"a":"ä€😀"}' },
        { id: '2', event: 'message', data: 'first\nsecond' },
        { id: '2', event: 'job', data: '' },
        { id: '2', event: 'message', data: 'third' },
      ],
      `pieces of ${size}`,
    );
});
