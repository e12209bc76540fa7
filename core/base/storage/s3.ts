import { AssayError, collect } from '@assay/sdk';
import { abortable } from './abortable.ts';
import { objectExists } from './io.ts';
import { assertKey, assertRange, isKey } from './key.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { probe, single } from './probe.ts';
import { createS3Client, type S3Client } from './s3-client.ts';
import { isMissing } from './s3-errors.ts';
import { listPage } from './s3-list.ts';
import { placeOf, type S3Options, type S3Place } from './s3-options.ts';
import { readBytes, requireHead } from './s3-read.ts';
import { retrying } from './s3-retry.ts';
import { headOf, writeObject } from './s3-write.ts';

const leftoverMs = 86_400_000;

/**
 * Objects in a bucket of any server that speaks S3 and honours `If-None-Match: *`. Nothing is asked before the first
 * call; call `check` at the start.
 * @throws AssayError `config.invalid`
 */
export function openS3Store(options: S3Options): ObjectStore {
  const place = placeOf(options);
  return new S3Store(place, createS3Client(place));
}

class S3Store implements ObjectStore {
  readonly #place: S3Place;
  readonly #client: S3Client;

  constructor(place: S3Place, client: S3Client) {
    this.#place = place;
    this.#client = client;
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
    writer?: string,
  ): Promise<{ bytes: number }> {
    assertKey(key);
    // Only to refuse before the bytes are sent; what decides is the conditional request.
    const head = await headOf(this.#client, key);
    const isOurs = head?.isPlaceholder && writer !== undefined && head.writer === writer;
    if (head && !isOurs) throw objectExists(key);
    signal?.throwIfAborted();
    const bounded = abortable(body, signal);
    return { bytes: await writeObject(this.#client, this.#place, key, bounded, signal, writer) };
  }

  async get(key: string): Promise<AsyncIterable<Uint8Array>> {
    assertKey(key);
    const { bytes, etag } = await requireHead(this.#client, key);
    return readBytes(this.#client, key, etag, 0, bytes);
  }

  async getRange(key: string, start: number, end: number): Promise<Buffer> {
    assertKey(key);
    assertRange(start, end);
    const { bytes, etag } = await requireHead(this.#client, key);
    if (end > bytes)
      throw new AssayError(
        'artifact.unreadable',
        `Object ${key} has ${bytes} bytes; ${start} to ${end} were wanted.`,
      );
    return collect(readBytes(this.#client, key, etag, start, end));
  }

  async stat(key: string): Promise<{ bytes: number } | undefined> {
    assertKey(key);
    const head = await headOf(this.#client, key);
    return head && !head.isPlaceholder ? { bytes: head.bytes } : undefined;
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await retrying(`delete ${key}`, async () => {
      try {
        await this.#client.ask({ method: 'DELETE', key, statuses: [200, 204] });
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    for await (const object of this.#listAll(prefix)) {
      // An empty object may only keep a name; real ones are never empty, so this look is rare.
      const head = object.bytes === 0 ? await headOf(this.#client, object.key) : undefined;
      if (object.bytes > 0 || head?.isPlaceholder === false) yield object;
      else if (head && isOld(object.modified)) await this.delete(object.key);
    }
  }

  async check(): Promise<void> {
    try {
      await this.#removeLeftovers();
      await probe(this, (key) => this.#refuseSecondWrite(key));
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  /** A server that ignores the condition would let one writer destroy what another has written. */
  async #refuseSecondWrite(key: string): Promise<void> {
    try {
      await writeObject(this.#client, this.#place, key, single(Buffer.from('second')), undefined);
    } catch (error) {
      if (AssayError.is(error, 'storage.object_exists')) return;
      throw error;
    }
    throw new AssayError(
      'storage.unavailable',
      'The server overwrote an object though it was told not to (If-None-Match: *); use one that honours it.',
    );
  }

  async *#listAll(prefix: string): AsyncGenerator<StoredObject> {
    const { prefix: root } = this.#place;
    let token: string | undefined;
    do {
      const page = await retrying(`list ${prefix}`, () => listPage(this.#client, root + prefix, token));
      for (const { name, bytes, modified } of page.items) {
        const key = name.slice(root.length);
        if (isKey(key)) yield { key, bytes, modified };
      }
      token = page.next;
    } while (token !== undefined);
  }

  /** Unfinished uploads of more than a day ago. The names that were kept for them go when they are listed. */
  async #removeLeftovers(): Promise<void> {
    const { bucket, prefix } = this.#place;
    const { minio } = this.#client;
    await retrying('remove what interrupted writes left', async () => {
      let [key, id, more] = ['', '', true];
      while (more) {
        const page = await minio.listIncompleteUploadsQuery(bucket, prefix, key, id, '');
        for (const upload of page.uploads)
          if (isOld(upload.initiated)) await minio.abortMultipartUpload(bucket, upload.key, upload.uploadId);
        more = page.isTruncated;
        [key, id] = [page.nextKeyMarker, page.nextUploadIdMarker];
      }
    });
  }

  #unusable(cause: unknown): AssayError {
    const { secure, host, port, bucket } = this.#place;
    const full = AssayError.is(cause, 'storage.full');
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new AssayError(
      full ? 'storage.full' : 'storage.unavailable',
      `The object store ${secure ? 'https' : 'http'}://${host}:${port}/${bucket} cannot be used. ${reason}`,
      { cause },
    );
  }
}

function isOld(time: Date): boolean {
  return Date.now() - time.getTime() > leftoverMs;
}
