import { randomUUID } from 'node:crypto';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AssayError } from '@assay/sdk';
import { abortable } from './abortable.ts';
import { makeFolder, publish, syncFolder } from './durable.ts';
import { codeOf, type Io, ioFor, isMissing, objectExists, statIfThere, unlinkIfThere } from './io.ts';
import { assertKey, assertRange, isKey } from './key.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { probe } from './probe.ts';
import { objectMissing, readChunks, readRange } from './read.ts';
import { writeBody } from './write.ts';

/** Unfinished writes. On the same file system as the objects, so that a link can publish them; no key has this name. */
const incoming = '.incoming';
const leftoverMs = 86_400_000;

export interface FilesystemStoreOptions {
  /** Absolute path of the store's folder; made with mode 0700 where it is missing. */
  readonly directory: string;
}

/**
 * Objects as files of mode 0600 below one folder, on a file system of this machine that knows hard links. Nothing is
 * touched before the first call; call `check` at the start.
 */
export function openFilesystemStore({ directory }: FilesystemStoreOptions): ObjectStore {
  return new FilesystemStore(resolve(directory));
}

class FilesystemStore implements ObjectStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(key: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ bytes: number }> {
    const file = this.#fileOf(key);
    const io = ioFor(`write ${key}`);
    // Only to refuse before the bytes are sent; what decides is the link in `publish`.
    if (await io(() => statIfThere(file))) throw objectExists(key);
    const temporary = join(this.#directory, incoming, randomUUID());
    const handle = await io(() => this.#openIncoming(temporary));
    try {
      const bytes = await writeAndClose(handle, abortable(body, signal), io);
      signal?.throwIfAborted();
      await io(() => publishNew(temporary, file, key));
      return { bytes };
    } finally {
      await discard(temporary);
    }
  }

  async get(key: string): Promise<AsyncIterable<Uint8Array>> {
    if (!(await this.stat(key))) throw objectMissing(key);
    return readChunks(this.#fileOf(key), key, ioFor(`read ${key}`));
  }

  async getRange(key: string, start: number, end: number): Promise<Buffer> {
    assertRange(start, end);
    return await readRange(this.#fileOf(key), key, start, end, ioFor(`read ${key}`));
  }

  async stat(key: string): Promise<{ bytes: number } | undefined> {
    const file = this.#fileOf(key);
    const found = await ioFor(`look at ${key}`)(() => statIfThere(file));
    return found?.isFile() ? { bytes: found.size } : undefined;
  }

  async delete(key: string): Promise<void> {
    const file = this.#fileOf(key);
    await ioFor(`delete ${key}`)(async () => {
      if (await unlinkIfThere(file)) await syncFolder(dirname(file));
    });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const slash = prefix.lastIndexOf('/');
    // A prefix is any text; one with a part that no key can have (such as `..`) has no objects and leads nowhere.
    if (slash >= 0 && !isKey(prefix.slice(0, slash))) return;
    yield* this.#walk(prefix.slice(0, slash + 1), prefix);
  }

  async check(): Promise<void> {
    try {
      await this.#removeLeftovers();
      await probe(this);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  async *#walk(folder: string, prefix: string): AsyncGenerator<StoredObject> {
    const io = ioFor(`list ${prefix}`);
    const path = join(this.#directory, folder);
    const entries = await io(() => opendir(path).catch(undefinedIfMissing));
    if (entries === undefined) return;
    try {
      for (let entry = await io(() => entries.read()); entry; entry = await io(() => entries.read())) {
        const { name } = entry;
        const key = folder + name;
        if (!key.startsWith(prefix) || !isKey(key)) continue;
        if (entry.isDirectory()) yield* this.#walk(`${key}/`, prefix);
        const found = entry.isFile() ? await io(() => statIfThere(join(path, name))) : undefined;
        if (found) yield { key, bytes: found.size, modified: found.mtime };
      }
    } finally {
      await entries.close();
    }
  }

  async #removeLeftovers(): Promise<void> {
    const folder = join(this.#directory, incoming);
    await ioFor('remove what interrupted writes left')(async () => {
      await makeFolder(folder);
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name);
        const found = await statIfThere(path);
        if (found && Date.now() - found.mtimeMs > leftoverMs) await unlinkIfThere(path);
      }
    });
  }

  async #openIncoming(temporary: string): Promise<FileHandle> {
    try {
      return await open(temporary, 'wx', 0o600);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await makeFolder(dirname(temporary));
      return await open(temporary, 'wx', 0o600);
    }
  }

  #unusable(cause: unknown): AssayError {
    const full = AssayError.is(cause, 'storage.full');
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = full
      ? 'Free some space on its disk.'
      : 'It must be a folder that this user may write, on a disk with hard links.';
    const message = `The object store in ${this.#directory} cannot be used. ${reason} ${advice}`;
    return new AssayError(full ? 'storage.full' : 'storage.unavailable', message, { cause });
  }

  #fileOf(key: string): string {
    assertKey(key);
    return join(this.#directory, ...key.split('/'));
  }
}

async function writeAndClose(handle: FileHandle, body: AsyncIterable<Uint8Array>, io: Io): Promise<number> {
  try {
    const bytes = await writeBody(handle, body, io);
    await io(() => handle.sync());
    return bytes;
  } finally {
    await io(() => handle.close());
  }
}

async function publishNew(temporary: string, file: string, key: string): Promise<void> {
  try {
    await publish(temporary, file);
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? objectExists(key) : error;
  }
}

/** An error here would hide what really happened to the write; what stays behind is removed by `check`. */
async function discard(temporary: string): Promise<void> {
  await unlinkIfThere(temporary).catch(() => false);
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
