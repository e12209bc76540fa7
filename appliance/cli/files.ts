import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RefusedError } from './exit.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.tab': 'text/tab-separated-values',
  '.txt': 'text/plain',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.parquet': 'application/vnd.apache.parquet',
  '.arrows': 'application/vnd.apache.arrow.stream',
};

/** By the ending of the name; the server looks at the bytes themselves where it says nothing. */
export function mediaTypeOf(file: string): string {
  return mediaTypes[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/** @returns false where there is no plain file of that name */
export async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false;
    throw error;
  }
}

/** A file that is streamed from disk while it is sent. */
export async function openFile(file: string): Promise<Blob> {
  if (!(await isFile(file))) throw new RefusedError(`There is no file "${file}".`);
  const blob = await openAsBlob(file);
  if (blob.size === 0)
    throw new RefusedError(`"${file}" is empty; a data set has a row of names and rows of values.`);
  return blob;
}

/** `sha256:hex` of a file. */
export async function digestFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}`;
}
