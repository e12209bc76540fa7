import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AssayError, digestFiles, readFiles } from '@assay/sdk';
import { type Unpacked, writeContents } from '../package/index.ts';
import { refuse } from '../refuse.ts';
import type { SignedDocument } from '../trust/index.ts';

/** What was let in, when and by whom: kept beside the plugin, and given to who brought it. */
export interface Receipt {
  readonly name: string;
  readonly version: string;
  /** Of the plugin. */
  readonly digest: string;
  /** SHA-256 of the package, `sha256:hex`. */
  readonly package: string;
  readonly publisher: string;
  /** Ids of the keys whose signatures held. */
  readonly keys: readonly string[];
  readonly at: string;
  /** Id of the principal. */
  readonly by: string;
}

/** What an operator said of a version afterwards. */
export interface Standing {
  /** Why it takes no more jobs. */
  readonly disabled?: string;
  /** What to use instead, or until when. */
  readonly deprecated?: string;
}

/** A version as it lies on the disk; nothing of it is proven. */
export interface Installed {
  readonly receipt: Receipt;
  readonly standing: Standing;
  readonly signatures: readonly SignedDocument[];
  /** Folder of the plugin's files. */
  readonly directory: string;
  /** Why what lies there is of no use. */
  readonly unreadable?: string;
}

const names = {
  files: 'files',
  signatures: 'signatures.json',
  receipt: 'receipt.json',
  standing: 'standing.json',
};
const staging = '.coming-';

const place = (store: string, { name, version }: Pick<Receipt, 'name' | 'version'>) =>
  path.join(store, name, version);

const save = (file: string, value: unknown) =>
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });

/** Folders in a folder; what else somebody put there is none of ours. */
async function list(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readOne(folder: string, which: Pick<Receipt, 'name' | 'version'>): Promise<Installed> {
  const directory = path.join(folder, names.files);
  const read = async (file: string) => JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  try {
    const receipt = (await read(names.receipt)) as Receipt;
    if (receipt.name !== which.name || receipt.version !== which.version)
      throw new Error(`its receipt is that of ${receipt.name} ${receipt.version}`);
    const standing = (await read(names.standing)) as Standing;
    return { receipt, standing, signatures: (await read(names.signatures)) as string[], directory };
  } catch (error) {
    const nothing = { digest: '', package: '', publisher: '', keys: [], at: '', by: '' };
    const unreadable = error instanceof Error ? error.message : String(error);
    return { receipt: { ...which, ...nothing }, standing: {}, signatures: [], directory, unreadable };
  }
}

/** Every version that was installed, by name and version; one that cannot be read is among them, and says why. */
export async function readInstalled(store: string): Promise<Installed[]> {
  const found: Installed[] = [];
  for (const name of await list(store))
    for (const version of await list(path.join(store, name)))
      found.push(await readOne(place(store, { name, version }), { name, version }));
  return found;
}

async function requireInstalled(store: string, which: Pick<Receipt, 'name' | 'version'>): Promise<void> {
  if (!(await list(path.join(store, which.name))).includes(which.version))
    throw new AssayError('plugin.not_found', `${which.name} ${which.version} is not installed here.`);
}

/** What is left of an installation that was cut off. Only the one who installs calls this: nobody else is at it. */
export async function sweep(store: string): Promise<void> {
  await mkdir(store, { recursive: true, mode: 0o700 });
  for (const name of await readdir(store))
    if (name.startsWith(staging)) await rm(path.join(store, name), { recursive: true, force: true });
}

/**
 * Puts a package whose signatures hold among those that were installed: all of it or nothing.
 * @param trial holds the unpacked folder against everything that a plugin must be; what it finds is refused
 * @throws AssayError plugin.refused, plugin.exists where that version has other contents
 */
export async function putInstalled(
  store: string,
  unpacked: Unpacked,
  signatures: readonly SignedDocument[],
  receipt: Receipt,
  trial: (directory: string) => Promise<readonly string[]>,
): Promise<void> {
  const coming = path.join(store, `${staging}${randomUUID()}`);
  const home = place(store, receipt);
  try {
    await mkdir(coming, { mode: 0o700 });
    const files = path.join(coming, names.files);
    await writeContents(unpacked, files);
    if (digestFiles(await readFiles(files)) !== receipt.digest)
      throw refuse('signature.other-package', 'The files that were written are not those of the package.');
    const findings = await trial(files);
    if (findings.length > 0) throw refuse('plugin.sound', `${findings[0]}.`, { findings });
    await save(path.join(coming, names.signatures), signatures);
    await save(path.join(coming, names.receipt), receipt);
    await save(path.join(coming, names.standing), {});
    await mkdir(path.dirname(home), { recursive: true, mode: 0o700 });
    await rename(coming, home);
  } catch (error) {
    await rm(coming, { recursive: true, force: true });
    throw error;
  }
}

/** @throws AssayError plugin.not_found */
export async function changeStanding(
  store: string,
  which: Pick<Receipt, 'name' | 'version'>,
  standing: Standing,
): Promise<void> {
  await requireInstalled(store, which);
  const file = path.join(place(store, which), names.standing);
  await save(`${file}.new`, standing);
  await rename(`${file}.new`, file);
}

/** Takes a version away for good. @throws AssayError plugin.not_found */
export async function removeInstalled(
  store: string,
  which: Pick<Receipt, 'name' | 'version'>,
): Promise<void> {
  await requireInstalled(store, which);
  const going = path.join(store, `${staging}${randomUUID()}`);
  await rename(place(store, which), going);
  await rm(going, { recursive: true, force: true });
}
