import { type CallOptions, readJson, type Transport } from './transport.ts';
import type { Dataset } from './types.ts';

/** What to upload. A `Blob` knows its length, so a cut upload is noticed by length too. */
export interface UploadRequest extends CallOptions {
  /** Name for people, `sleep.csv`. */
  readonly name: string;
  /** Media type of the file; `text/csv`, `application/vnd.apache.parquet` and others. */
  readonly mediaType: string;
  /** The bytes. For a file in Node: `await openAsBlob(path)` of `node:fs`, which streams it from disk. */
  readonly body: Blob | Uint8Array | AsyncIterable<Uint8Array>;
  /** Called as bytes are handed over: how many so far, and how many there are where that is known. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
}

function open(body: UploadRequest['body']): { stream: ReadableStream<Uint8Array>; total?: number } {
  if (body instanceof Uint8Array) return open(new Blob([body as Uint8Array<ArrayBuffer>]));
  if (body instanceof Blob) return { stream: body.stream(), total: body.size };
  return { stream: ReadableStream.from(body) };
}

/** Streams the bytes to the server; constant memory whatever the size. */
export async function uploadDataset(transport: Transport, request: UploadRequest): Promise<Dataset> {
  const { stream, total } = open(request.body);
  let bytes = 0;
  const counted = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        request.onProgress?.(bytes, total);
        controller.enqueue(chunk);
      },
    }),
  );
  const response = await transport.raw(`/v1/datasets?name=${encodeURIComponent(request.name)}`, {
    method: 'POST',
    body: counted,
    duplex: 'half',
    headers: {
      'content-type': request.mediaType,
      ...(total === undefined ? {} : { 'content-length': String(total) }),
    },
    ...(request.signal ? { signal: request.signal } : {}),
  });
  return readJson<Dataset>(transport.url, response);
}
