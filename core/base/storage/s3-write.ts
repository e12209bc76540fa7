import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { objectExists } from './io.ts';
import type { S3Client } from './s3-client.ts';
import { codeOf, isMissing, isPrecondition } from './s3-errors.ts';
import { retrying } from './s3-retry.ts';

/** A part is held in memory, so that it can be sent again. 10,000 of them are the most that S3 takes: 156 GB. */
const partBytes = 16 * 1024 * 1024;
const mostParts = 10_000;

/** Says who wrote an object, so that an answer that was lost can be told from somebody else's object. */
const writerHeader = 'x-amz-meta-assay-writer';
/** An object that only keeps a name for one that is being sent in parts; to readers there is none. */
const placeholderHeader = 'x-amz-meta-assay-placeholder';

export interface Head {
  readonly bytes: number;
  readonly writer: string | undefined;
  readonly isPlaceholder: boolean;
  readonly etag: string;
}

/** What is under a key; undefined for nothing. */
export async function headOf(client: S3Client, key: string): Promise<Head | undefined> {
  return retrying(`look at ${key}`, async () => {
    try {
      const { headers } = await client.ask({ method: 'HEAD', key });
      return {
        bytes: Number(headers['content-length']),
        writer: headers[writerHeader] as string | undefined,
        isPlaceholder: headers[placeholderHeader] !== undefined,
        etag: String(headers.etag ?? ''),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

/** Bodies as parts of one size, the last one shorter; at least one, which may be empty. */
async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let rest = chunk;
    while (bytes + rest.length >= partBytes) {
      const head = rest.subarray(0, partBytes - bytes);
      yield Buffer.concat([...pieces, head], partBytes);
      rest = rest.subarray(head.length);
      pieces = [];
      bytes = 0;
    }
    if (rest.length > 0) {
      pieces.push(rest);
      bytes += rest.length;
    }
  }
  yield Buffer.concat(pieces, bytes);
}

async function putNew(client: S3Client, key: string, part: Buffer, writer: string): Promise<void> {
  await retrying(`write ${key}`, async (attempt) => {
    try {
      await client.ask({
        method: 'PUT',
        key,
        body: part,
        headers: { [writerHeader]: writer, 'if-none-match': '*' },
      });
    } catch (error) {
      if (!isPrecondition(error)) throw error;
      // An attempt before this one may have been carried out, and only its answer lost.
      if (attempt > 0 && (await headOf(client, key))?.writer === writer) return;
      throw objectExists(key);
    }
  });
}

/** Takes the name of an object that is sent in parts; one that the same writer took before, and left, is its own. */
async function takeName(client: S3Client, key: string, writer: string): Promise<void> {
  await retrying(`write ${key}`, async () => {
    try {
      await client.ask({
        method: 'PUT',
        key,
        body: Buffer.alloc(0),
        headers: { [placeholderHeader]: '1', [writerHeader]: writer, 'if-none-match': '*' },
      });
    } catch (error) {
      if (!isPrecondition(error)) throw error;
      const head = await headOf(client, key);
      if (!head?.isPlaceholder || head.writer !== writer) throw objectExists(key);
    }
  });
}

interface Upload {
  readonly client: S3Client;
  readonly key: string;
  readonly bucket: string;
  readonly objectName: string;
  readonly id: string;
  readonly etags: { part: number; etag: string }[];
}

async function sendPart({ client, key, id, etags }: Upload, part: Buffer): Promise<void> {
  const number = etags.length + 1;
  if (number > mostParts)
    throw new AssayError('request.too_large', `Object ${key} has more than ${mostParts} parts of 16 MiB.`);
  const etag = await retrying(`write part ${number} of ${key}`, async () => {
    const { headers } = await client.ask({
      method: 'PUT',
      key,
      query: `partNumber=${number}&uploadId=${encodeURIComponent(id)}`,
      body: part,
    });
    return String(headers.etag);
  });
  etags.push({ part: number, etag: etag.replaceAll('"', '') });
}

async function complete(
  { client, key, bucket, objectName, id, etags }: Upload,
  bytes: number,
): Promise<void> {
  await retrying(`finish ${key}`, async (attempt) => {
    try {
      await client.minio.completeMultipartUpload(bucket, objectName, id, etags);
    } catch (error) {
      // The answer of an attempt before this one may have been lost; then the upload is gone and the object there.
      const head = attempt > 0 && codeOf(error) === 'NoSuchUpload' ? await headOf(client, key) : undefined;
      if (!head || head.isPlaceholder || head.bytes !== bytes) throw error;
    }
  });
}

/**
 * Stores a body under a new key. One of a single part is one conditional request. For a larger one the name is taken
 * first, by a conditional request too, with an empty object that readers take for none; the parts replace it at once
 * when they are complete. So whoever comes second finds the name taken, whichever way either goes; a crash in between
 * leaves an empty object and an unfinished upload, which `check` and `list` remove after a day, and never half an object.
 */
export async function writeObject(
  client: S3Client,
  place: { readonly bucket: string; readonly prefix: string },
  key: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  writer: string = randomUUID(),
): Promise<number> {
  let first: Buffer | undefined;
  let upload: Upload | undefined;
  let isNamed = false;
  let bytes = 0;
  const objectName = place.prefix + key;
  try {
    for await (const part of inParts(body)) {
      if (first === undefined) {
        first = part;
        bytes = part.length;
        continue;
      }
      if (upload === undefined) {
        await takeName(client, key, writer);
        isNamed = true;
        const id = await retrying(`begin ${key}`, () =>
          client.minio.initiateNewMultipartUpload(place.bucket, objectName, {}),
        );
        upload = { client, key, bucket: place.bucket, objectName, id, etags: [] };
        await sendPart(upload, first);
      }
      signal?.throwIfAborted();
      if (part.length > 0) await sendPart(upload, part);
      bytes += part.length;
    }
    signal?.throwIfAborted();
    if (upload) await complete(upload, bytes);
    else await putNew(client, key, first ?? Buffer.alloc(0), writer);
    return bytes;
  } catch (error) {
    if (upload) await abortUpload(upload);
    if (isNamed) await giveNameBack(client, key);
    throw error;
  }
}

// What cannot be taken back now, `check` and `list` remove a day later; the error that is told is the first.

async function abortUpload({ client, bucket, objectName, id }: Upload): Promise<void> {
  await client.minio.abortMultipartUpload(bucket, objectName, id).catch(() => undefined);
}

async function giveNameBack(client: S3Client, key: string): Promise<void> {
  await client.ask({ method: 'DELETE', key, statuses: [200, 204] }).catch(() => undefined);
}
