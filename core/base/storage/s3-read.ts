import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { objectMissing } from './read.ts';
import type { S3Client } from './s3-client.ts';
import { isMissing, isPassing, isPrecondition, toStorageError } from './s3-errors.ts';
import { pauseMs } from './s3-retry.ts';
import { type Head, headOf } from './s3-write.ts';

/** Times that a read goes on after a break, without a byte in between. */
const breaks = 5;

/** What is under a key and is an object. */
export async function requireHead(client: S3Client, key: string): Promise<Head> {
  const head = await headOf(client, key);
  if (!head || head.isPlaceholder) throw objectMissing(key);
  return head;
}

/**
 * Bytes `[start, end)`. A read that breaks off goes on where it stopped, of the same object or not at all (`If-Match`).
 * @throws AssayError `artifact.unreadable`, `storage.unavailable`
 */
export async function* readBytes(
  client: S3Client,
  key: string,
  etag: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  let at = start;
  let broken = 0;
  while (at < end) {
    try {
      const response = await client.send({
        method: 'GET',
        key,
        headers: { range: `bytes=${at}-${end - 1}`, 'if-match': etag },
        statuses: [206],
      });
      for await (const chunk of response as AsyncIterable<Buffer>) {
        at += chunk.length;
        broken = 0;
        if (at > end)
          throw new AssayError('artifact.unreadable', `More of object ${key} came than was asked for.`);
        yield chunk;
      }
      if (at < end) throw Object.assign(new Error('it ended early'), { code: 'ECONNRESET' });
    } catch (error) {
      if (isMissing(error)) throw objectMissing(key);
      if (isPrecondition(error))
        throw new AssayError('artifact.unreadable', `Object ${key} was replaced while it was read.`, {
          cause: error,
        });
      broken += 1;
      if (!isPassing(error) || broken > breaks) throw toStorageError(`read ${key}`, error);
      await delay(pauseMs(broken - 1));
    }
  }
}
