import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packageName, unpackPackage } from '@assay/core/plugins/package';
import { AssayError } from '@assay/sdk';
import { maxSatisfying, valid } from 'semver';
import { type Released, readReleased, signatureFile } from './release.ts';

/** A version as the index of a folder has it. */
export interface Published {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  /** Of the plugin. */
  readonly digest: string;
  /** Of the package, `sha256:hex`. */
  readonly package: string;
  /** The package, from the folder. */
  readonly file: string;
}

interface Index {
  readonly edition: '2026-11-01';
  readonly plugins: readonly Published[];
}

const indexName = 'index.json';

async function readIndex(folder: string): Promise<Index> {
  const file = path.join(folder, indexName);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Index;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { edition: '2026-11-01', plugins: [] };
    throw new AssayError('config.invalid', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Puts a package and its signatures into a folder that serves as a registry. The folder is not trusted by anybody who installs
 * from it: the signatures are, and for a package of a release, which has none, that release's list.
 * @throws AssayError plugin.refused where it is no package, plugin.exists
 */
export async function putInto(folder: string, { bytes, signatures }: Released): Promise<Published> {
  const { name, version, digest, sha256, contents } = await unpackPackage(bytes);
  const index = await readIndex(folder);
  const known = index.plugins.find((each) => each.name === name && each.version === version);
  if (known && known.package !== `sha256:${sha256}`)
    throw new AssayError(
      'plugin.exists',
      `${name} ${version} is in ${folder} with other contents; a change has a version of its own.`,
    );
  const home = path.posix.join(name, version);
  await mkdir(path.join(folder, home), { recursive: true });
  const file = path.join(folder, home, packageName({ name, version }));
  await writeFile(file, bytes);
  for (const signature of signatures) await writeFile(signatureFile(file, signature), signature);
  const { title } = JSON.parse(contents.get('plugin.json')?.toString('utf8') ?? '{}') as { title: string };
  const published: Published = {
    ...{ name, version, title, digest, package: `sha256:${sha256}` },
    file: path.posix.join(home, path.basename(file)),
  };
  const others = index.plugins.filter((each) => each !== known);
  const plugins = [...others, published].sort((a, b) => (a.file < b.file ? -1 : 1));
  const place = path.join(folder, indexName);
  await writeFile(
    `${place}.new`,
    `${JSON.stringify({ edition: index.edition, plugins } satisfies Index, null, 2)}\n`,
  );
  await rename(`${place}.new`, place);
  return published;
}

/**
 * The same for a package on this machine, with the signatures that lie beside it.
 * @throws AssayError plugin.not_found, plugin.refused where it is no package or has no signature, plugin.exists
 */
export async function publishInto(folder: string, file: string): Promise<Published> {
  const released = await readReleased(file);
  if (released.signatures.length === 0)
    throw new AssayError('plugin.refused', `${file} has no signature; first: assay plugin sign`);
  return putInto(folder, released);
}

/**
 * A package of a folder that serves as a registry: `acme-dose`, `acme-dose@1.2.0` or the newest of a range, `acme-dose@^1`.
 * @throws AssayError plugin.not_found with what there is, plugin.refused where the file is not the one that was published
 */
export async function takeFrom(folder: string, wanted: string): Promise<Released & Published> {
  const [name = '', range = '*'] = wanted.split('@', 2);
  const plugins = await listRegistry(folder);
  const versions = plugins.filter((each) => each.name === name);
  const version = maxSatisfying(
    versions.map((each) => each.version).filter((each) => valid(each)),
    range,
  );
  const found = versions.find((each) => each.version === version);
  if (!found) {
    const there = plugins.map((each) => `${each.name}@${each.version}`).join(', ');
    throw new AssayError(
      'plugin.not_found',
      `There is no ${wanted} in ${folder}. ${there ? `There is ${there}.` : 'It is empty.'}`,
    );
  }
  const file = path.resolve(folder, found.file);
  if (!file.startsWith(`${path.resolve(folder)}${path.sep}`))
    throw new AssayError('plugin.refused', `The index of ${folder} points out of it: ${found.file}`);
  const released = await readReleased(file);
  if (`sha256:${createHash('sha256').update(released.bytes).digest('hex')}` !== found.package)
    throw new AssayError(
      'plugin.refused',
      `${file} is not the package that was published: its digest is another.`,
    );
  return { ...found, ...released };
}

/** What is in a folder that serves as a registry. @throws AssayError plugin.not_found */
export async function listRegistry(folder: string): Promise<readonly Published[]> {
  await readdir(folder).catch((cause: unknown) => {
    throw new AssayError('plugin.not_found', `There is no folder ${folder}.`, { cause });
  });
  return (await readIndex(folder)).plugins;
}
