import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Packed, packageName, packPlugin, unpackPackage } from '@assay/core/plugins/package';
import { type KeyKind, keyId, makeKeyPair, readPrivateKey, signPackage } from '@assay/core/plugins/trust';
import { AssayError, sha256 } from '@assay/sdk';
import { checkPlugin } from './check.ts';

/** A package on this machine, and the signatures that lie beside it. */
export interface Released {
  readonly bytes: Buffer;
  readonly signatures: readonly string[];
}

const ending = '.sigstore.json';

/** What the author named, or that it is not there. @throws AssayError plugin.not_found */
async function readGiven(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AssayError(
      'plugin.not_found',
      `${file} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`,
      {
        cause,
      },
    );
  }
}

/**
 * Packs a plugin that is sound into a file of its name and version.
 * @returns the file, or what is wrong with the plugin
 * @throws AssayError plugin.not_found, plugin.manifest_invalid
 */
export async function packInto(
  folder: string,
  into: string,
): Promise<{ readonly findings: readonly string[]; readonly file?: string; readonly packed?: Packed }> {
  const { findings, directory } = await checkPlugin(folder);
  if (findings.length > 0) return { findings };
  const packed = await packPlugin(directory);
  const file = path.join(into, packageName(packed));
  await writeFile(file, packed.bytes);
  return { findings, file, packed };
}

/**
 * Makes a pair of keys: the private one in a file that only its owner reads, the public one beside it (`.pub`).
 * @throws AssayError config.invalid where either is there already
 */
export async function makeKey(
  file: string,
  kind: KeyKind,
  passphrase?: string,
): Promise<{ readonly id: string }> {
  const { id, privatePem, publicPem } = makeKeyPair(kind, passphrase);
  try {
    await writeFile(file, privatePem, { mode: 0o600, flag: 'wx' });
    await chmod(file, 0o600);
    await writeFile(`${file}.pub`, publicPem, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new AssayError('config.invalid', `${(cause as NodeJS.ErrnoException).path} is there already.`, {
      cause,
    });
  }
  return { id };
}

/**
 * Signs a package, into a file beside it that the key names: each key has its own, so that several can sign.
 * @throws AssayError plugin.not_found, plugin.refused where it is no package, config.invalid where the key is none
 */
export async function signFile(
  file: string,
  keyFile: string,
  passphrase?: string,
): Promise<{ readonly signature: string; readonly keyId: string }> {
  const packed = await unpackPackage(await readGiven(file));
  const pem = (await readGiven(keyFile)).toString('utf8');
  const key = readPrivateKey(pem, keyFile, passphrase);
  const id = keyId(key);
  const signature = `${file}.${id.slice(0, 16)}${ending}`;
  await writeFile(signature, signPackage(packed, key));
  return { signature, keyId: id };
}

/** Where a signature lies beside a package, by what it says: each key has its own, so that several can sign. */
export function signatureFile(file: string, signature: string): string {
  return `${file}.${sha256(signature).slice('sha256:'.length, 'sha256:'.length + 16)}${ending}`;
}

/** The files of the signatures that lie beside a package. */
async function signaturesBeside(file: string): Promise<string[]> {
  const names = (await readdir(path.dirname(file))).filter(
    (name) => name.startsWith(`${path.basename(file)}.`) && name.endsWith(ending),
  );
  return names.sort().map((name) => path.join(path.dirname(file), name));
}

/** A package and its signatures. @throws AssayError plugin.not_found */
export async function readReleased(file: string): Promise<Released> {
  const bytes = await readGiven(file);
  const signatures = await Promise.all((await signaturesBeside(file)).map((each) => readFile(each, 'utf8')));
  return { bytes, signatures };
}
