import type { Readable } from 'node:stream';

const keepBytes = 64 * 1024;

/** Reads what a program prints, for ever, and keeps the last 64 KiB: printing neither blocks it nor fills memory. */
export function createLogTail(...streams: readonly Readable[]): () => string {
  let tail = Buffer.alloc(0);
  for (const stream of streams) {
    stream.on('data', (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-keepBytes);
    });
    stream.on('error', () => undefined);
  }
  return () => tail.toString('utf8');
}
