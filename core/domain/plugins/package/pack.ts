import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { AssayError, digestFiles, type FileDigests, PluginManifest, readFiles } from '@assay/sdk';
import { gzipSync } from 'fflate';
import { pack } from 'tar-stream';
import { compileOnce } from '../../../base/validation/compile-once.ts';
import { describeContents, sbomName } from './sbom.ts';

/** A plugin as one file. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  /** Of the plugin: what a report, a job and the list of what was admitted name. */
  readonly digest: string;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
  readonly files: FileDigests;
  readonly bytes: Buffer;
}

/** Name of the file of a package: `acme-dose-1.2.0.tgz`. */
export function packageName({ name, version }: Pick<Packed, 'name' | 'version'>): string {
  return `${name}-${version}.tgz`;
}

const checkManifest = compileOnce(PluginManifest);
/** SHA-256 in hexadecimal, as statements and lists of files have it. */
export const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Reads the manifest of a plugin from its files. @throws AssayError plugin.manifest_invalid */
export function readManifest(files: ReadonlyMap<string, Buffer>): PluginManifest {
  const text = files.get('plugin.json')?.toString('utf8');
  if (text === undefined)
    throw new AssayError('plugin.manifest_invalid', 'There is no plugin.json in the folder.');
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new AssayError('plugin.manifest_invalid', `plugin.json is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  const issues = checkManifest(manifest);
  if (issues[0])
    throw new AssayError('plugin.manifest_invalid', `plugin.json: ${issues[0].detail}`, { issues });
  return manifest as PluginManifest;
}

/** The list of what a plugin in a folder needs, as its package carries it. */
export async function describePlugin(directory: string): Promise<string> {
  const contents = new Map<string, Buffer>();
  await readFiles(directory, (file, bytes) => contents.set(file, bytes));
  return describeContents(contents).toString();
}

/**
 * Packs a plugin's folder: the same files give the same bytes, wherever and whenever. Files are in order of their paths, with
 * no date, owner or rights of their own, and compressed by a program without parts that differ between processors. A list of
 * what it needs (CycloneDX) is added.
 * @param directory of a plugin that was checked
 * @throws AssayError plugin.not_found, plugin.manifest_invalid
 */
export async function packPlugin(directory: string): Promise<Packed> {
  const contents = new Map<string, Buffer>();
  await readFiles(directory, (file, bytes) => contents.set(file, bytes));
  const { name, version } = readManifest(contents);
  const list = describeContents(contents);
  if (!(contents.get(sbomName) ?? list).equals(list))
    throw new AssayError(
      'plugin.manifest_invalid',
      `${sbomName} is written while packing, from the manifests; the one in the folder says something else.`,
    );
  contents.set(sbomName, list);
  const files: Record<string, string> = {};
  const archive = pack();
  for (const [file, bytes] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    files[file] = hex(bytes);
    archive.entry({ name: file, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, type: 'file' }, bytes);
  }
  archive.finalize();
  const bytes = Buffer.from(gzipSync(await buffer(archive), { level: 9, mtime: 0 }));
  return { name, version, digest: digestFiles(files), sha256: hex(bytes), files, bytes };
}
