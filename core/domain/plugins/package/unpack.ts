import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AssayError, digestFiles, pluginLimits } from '@assay/sdk';
import { type Extract, extract } from 'tar-stream';
import { checkPath } from '../names.ts';
import { refuse } from '../refuse.ts';
import { hex, type Packed, readManifest } from './pack.ts';

const inflate = promisify(gunzip);
/** A header and what fills it up to a block, for each file and its long name. */
const archiveBytes = pluginLimits.bytes + pluginLimits.files * 4 * 512 + 1024;

/** A package that was read, with what is in it. Nothing of it is on the disk. */
export interface Unpacked extends Packed {
  readonly contents: ReadonlyMap<string, Buffer>;
}

async function open(bytes: Buffer): Promise<Buffer> {
  if (bytes.length > archiveBytes)
    throw refuse('package.too-large', `The package has ${bytes.length} bytes; ${archiveBytes} are taken.`);
  try {
    return await inflate(bytes, { maxOutputLength: archiveBytes });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw refuse('package.too-large', `The package unpacks to more than ${archiveBytes} bytes.`, { cause });
    throw refuse('package.unreadable', 'The package is not gzipped, or damaged.', { cause });
  }
}

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

async function take(contents: Map<string, Buffer>, folded: Set<string>, entry: Entry): Promise<void> {
  const { name, type } = entry.header;
  const wrong = checkPath(name);
  if (wrong) throw refuse('package.path', `${wrong}.`);
  if (type !== 'file') throw refuse('package.kind', `${name} is a ${type}.`);
  if (folded.has(name.toLowerCase()))
    throw refuse(
      'package.path',
      `${name} is there twice, in the same letters or with others small and capital.`,
    );
  folded.add(name.toLowerCase());
  contents.set(name, await buffer(entry));
  if (contents.size > pluginLimits.files)
    throw refuse('package.too-large', `The package has more than ${pluginLimits.files} files.`);
}

/** A file that is a folder to another could only be written over it. */
function requireFilesOnly(contents: ReadonlyMap<string, Buffer>): void {
  for (const file of contents.keys())
    for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder))
      if (contents.has(folder))
        throw refuse('package.path', `${folder} is a file, and ${file} lies below it.`);
}

/**
 * Reads a package that nobody vouches for yet, in memory.
 * @throws AssayError plugin.refused with the rule that it breaks
 */
export async function unpackPackage(bytes: Buffer): Promise<Unpacked> {
  const contents = new Map<string, Buffer>();
  const folded = new Set<string>();
  const archive = extract();
  try {
    archive.end(await open(bytes));
    for await (const entry of archive) await take(contents, folded, entry);
  } catch (cause) {
    if (AssayError.is(cause)) throw cause;
    throw refuse('package.unreadable', 'The package is no tar archive, or it ends too early.', { cause });
  } finally {
    archive.destroy();
  }
  requireFilesOnly(contents);
  const files = Object.fromEntries([...contents].map(([file, data]) => [file, hex(data)]));
  try {
    const { name, version } = readManifest(contents);
    return { name, version, digest: digestFiles(files), sha256: hex(bytes), files, bytes, contents };
  } catch (cause) {
    if (!AssayError.is(cause, 'plugin.manifest_invalid')) throw cause;
    throw refuse('package.manifest', cause.message, { cause });
  }
}

/** Writes the files of a package into a folder that is not there yet. */
export async function writeContents({ contents }: Unpacked, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  for (const [file, bytes] of contents) {
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true, mode: 0o755 });
    await writeFile(place, bytes, { flag: 'wx', mode: 0o644, flush: true });
  }
}
