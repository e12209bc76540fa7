import type { Readable } from 'node:stream';

const keepBytes = 64 * 1024;
/** What is read at a time and then rested: 32 MB a second. Whoever prints more waits, and not the api beside us. */
const [readBytes, restMs] = [1024 * 1024, 30];

/** Reads what a program prints, for ever, and keeps the last 64 KiB: printing neither blocks it nor fills memory. */
export function createLogTail(...streams: readonly Readable[]): () => string {
  let tail = Buffer.alloc(0);
  for (const stream of streams) {
    let read = 0;
    stream.on('data', (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk.subarray(-keepBytes)]).subarray(-keepBytes);
      read += chunk.length;
      if (read < readBytes) return;
      read = 0;
      stream.pause();
      setTimeout(() => stream.resume(), restMs);
    });
    stream.on('error', () => undefined);
  }
  return () => tail.toString('utf8');
}
