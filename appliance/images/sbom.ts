import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Recipe } from './recipes.ts';

const run = promisify(execFile);

interface Package {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** A component of CycloneDX 1.6, as far as it is used here. */
export interface Component {
  readonly type: 'library';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly name: string } }[];
}

export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: {
    readonly component: { readonly type: 'container'; readonly name: string; readonly version: string };
  };
  readonly components: readonly Component[];
}

/** The packages that are installed, from dpkg's own list. */
export function readStatus(status: string): Package[] {
  return status
    .split('\n\n')
    .map((paragraph) =>
      Object.fromEntries([...paragraph.matchAll(/^([A-Za-z-]+): (.*)$/gm)].map((m) => [m[1], m[2]])),
    )
    .filter((fields) => /\binstalled$/.test(fields.Status ?? ''))
    .map(({ Package: name = '', Version: version = '', Architecture: architecture = '' }) => ({
      name,
      version,
      architecture,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const common = /\/usr\/share\/common-licenses\/([A-Za-z]+(?:-[0-9.]+)?)/g;

/** Names of the licences that a copyright file states (DEP-5), or the common ones that it points to. */
export function readLicences(copyright: string): string[] {
  const stated = /^Format:/m.test(copyright)
    ? [...copyright.matchAll(/^License:[ \t]*(\S.*)$/gm)].map((m) => (m[1] ?? '').trim())
    : [...copyright.matchAll(common)].map((m) => m[1] ?? '');
  return [...new Set(stated)].sort();
}

async function licencesOf(folder: string, name: string): Promise<string[]> {
  try {
    // The documentation of a package may be a link to that of its neighbour, and to nowhere else.
    const file = await realpath(path.join(folder, 'usr/share/doc', name, 'copyright'));
    return file.startsWith(`${folder}${path.sep}`) ? readLicences(await readFile(file, 'utf8')) : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What is in the layer of packages, with the licences that it carries: the same layer gives the same list. */
export async function describeLayer(
  recipe: Recipe,
  id: string,
  layer: string,
  folder: string,
): Promise<Sbom> {
  const work = await realpath(await mkdtemp(path.join(folder, 'sbom-')));
  try {
    await run('tar', [
      '-xf',
      layer,
      '-C',
      work,
      '--no-same-owner',
      './var/lib/dpkg/status',
      './usr/share/doc',
    ]);
    const packages = readStatus(await readFile(path.join(work, 'var/lib/dpkg/status'), 'utf8'));
    const components = await Promise.all(
      packages.map(async ({ name, version, architecture }): Promise<Component> => {
        const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=${recipe.suite}`;
        const licenses = (await licencesOf(work, name)).map((licence) => ({ license: { name: licence } }));
        return { type: 'library', name, version, purl, licenses };
      }),
    );
    const component = { type: 'container' as const, name: `assay/${recipe.name}`, version: id };
    return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component }, components };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
