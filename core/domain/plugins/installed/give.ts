import { AssayError } from '@assay/sdk';
import { packPlugin } from '../package/index.ts';
import type { SignedDocument } from '../trust/index.ts';
import { readInstalled } from './store.ts';

/** A package as it came, for another appliance to decide on. */
export interface Given {
  readonly package: Buffer;
  readonly signatures: readonly SignedDocument[];
}

/**
 * Packs an installed version again, which gives the bytes that were installed: packing depends on nothing but the files.
 * @throws AssayError plugin.not_found; plugin.digest_mismatch where the files are not what was installed
 */
export async function giveInstalled(
  store: string,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<Given> {
  const found = (await readInstalled(store)).find(
    ({ receipt }) => receipt.name === name && receipt.version === version,
  );
  if (!found)
    throw new AssayError('plugin.not_found', `${name} ${version} was not installed from a package here.`);
  const altered = (cause?: unknown) =>
    new AssayError(
      'plugin.digest_mismatch',
      `The files of ${name} ${version} are not those that were installed; they are given to nobody.`,
      { cause },
    );
  if (found.unreadable !== undefined) throw altered(found.unreadable);
  const { bytes, sha256 } = await packPlugin(found.directory).catch((cause: unknown) => {
    throw altered(cause);
  });
  if (`sha256:${sha256}` !== found.receipt.package) throw altered();
  return { package: bytes, signatures: found.signatures };
}
