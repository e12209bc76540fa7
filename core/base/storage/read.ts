import { type FileHandle, open } from 'node:fs/promises';
import { AssayError } from '@assay/sdk';
import { type Io, isMissing } from './io.ts';

const chunkBytes = 262_144;

export function objectMissing(key: string): AssayError {
  return new AssayError('artifact.unreadable', `There is no object ${key} in the store.`);
}

/** Exactly the bytes `[start, end)` of an object's file. */
export async function readRange(
  file: string,
  key: string,
  start: number,
  end: number,
  io: Io,
): Promise<Buffer> {
  const handle = await io(() => openObject(file, key));
  try {
    const { size } = await io(() => handle.stat());
    if (end > size) {
      throw new AssayError(
        'artifact.unreadable',
        `Object ${key} has ${size} bytes; ${start} to ${end} were wanted.`,
      );
    }
    return await io(() => readExactly(handle, key, start, end));
  } finally {
    await handle.close();
  }
}

/** All bytes of an object's file. Opened by the first read: a stream that nobody reads must hold no file open. */
export async function* readChunks(file: string, key: string, io: Io): AsyncGenerator<Buffer> {
  const handle = await io(() => openObject(file, key));
  try {
    const { size } = await io(() => handle.stat());
    for (let at = 0; at < size; at += chunkBytes) {
      yield await io(() => readExactly(handle, key, at, Math.min(at + chunkBytes, size)));
    }
  } finally {
    await handle.close();
  }
}

async function openObject(file: string, key: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw isMissing(error) ? objectMissing(key) : error;
  }
}

/** Into a buffer of its own each time: who gets it may keep it. */
async function readExactly(handle: FileHandle, key: string, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(end - start);
  let at = 0;
  while (at < buffer.length) {
    const { bytesRead } = await handle.read(buffer, at, buffer.length - at, start + at);
    if (bytesRead === 0)
      throw new AssayError('artifact.unreadable', `The file of object ${key} became shorter.`);
    at += bytesRead;
  }
  return buffer;
}
