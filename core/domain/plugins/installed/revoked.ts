import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ReadPolicy, type Revocations, readRevocations } from '../trust/index.ts';

const fileOf = (store: string) => path.join(store, '.revocations.sigstore.json');

/**
 * The list that was taken last, its signature held against the keys of today.
 * @throws AssayError plugin.refused where it does not hold: what was revoked is never forgotten by changing a policy or a file
 */
export async function readLastRevocations(
  store: string,
  policy: ReadPolicy,
): Promise<Revocations | undefined> {
  let signed: string;
  try {
    signed = await readFile(fileOf(store), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return readRevocations(signed, policy);
}

/** Takes a list in place of the last. @throws AssayError plugin.refused */
export async function takeRevocations(
  store: string,
  policy: ReadPolicy,
  signed: string,
): Promise<Revocations> {
  const list = readRevocations(signed, policy, await readLastRevocations(store, policy));
  await mkdir(store, { recursive: true, mode: 0o700 });
  await writeFile(`${fileOf(store)}.new`, signed, { mode: 0o600, flush: true });
  await rename(`${fileOf(store)}.new`, fileOf(store));
  return list;
}
