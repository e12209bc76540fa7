import { readFile, rename, writeFile } from 'node:fs/promises';
import {
  readPolicy,
  readPrivateKey,
  readPublicKey,
  readRevocationList,
  signRevocations,
  type TrustPolicy,
} from '@assay/core/plugins/trust';
import { AssayError } from '@assay/sdk';

export interface NewPublisher {
  readonly name: string;
  /** What its plugins are called, or start with. */
  readonly plugins: readonly string[];
  /** Files of its public keys. */
  readonly keyFiles: readonly string[];
  readonly own: boolean;
  readonly threshold: number;
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AssayError('config.invalid', `${file} cannot be read: ${cause.code}.`, { cause });
  });
  readPublicKey(text, file);
  return text;
}

async function readOld(file: string): Promise<TrustPolicy> {
  try {
    const text = await readFile(file, 'utf8');
    readPolicy(text);
    return JSON.parse(text) as TrustPolicy;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { edition: '2026-11-01', publishers: [] };
    throw cause;
  }
}

async function write(file: string, policy: TrustPolicy): Promise<void> {
  const text = `${JSON.stringify(policy, null, 2)}\n`;
  readPolicy(text);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/**
 * Signs a list of what is revoked, into a file beside it.
 * @throws AssayError config.invalid where the list or the key is none
 */
export async function signRevocationList(
  file: string,
  keyFile: string,
  passphrase?: string,
): Promise<string> {
  const read = async (each: string) =>
    readFile(each, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new AssayError('config.invalid', `${each} cannot be read: ${cause.code}.`, { cause });
    });
  const key = readPrivateKey(await read(keyFile), keyFile, passphrase);
  const signed = `${file}.sigstore.json`;
  await writeFile(signed, signRevocations(readRevocationList(await read(file)), key));
  return signed;
}

/**
 * Writes who may sign lists of what is revoked into a trust policy.
 * @throws AssayError config.invalid where the policy would make no sense; then it is as it was
 */
export async function trustRevokers(file: string, keyFiles: readonly string[]): Promise<void> {
  await write(file, { ...(await readOld(file)), revocationKeys: await Promise.all(keyFiles.map(readKey)) });
}

/**
 * Writes a publisher into a trust policy, which is made where there is none; what was there of that publisher is replaced.
 * @throws AssayError config.invalid where the policy would make no sense; then it is as it was
 */
export async function trustPublisher(file: string, publisher: NewPublisher): Promise<void> {
  const { name, plugins, keyFiles, own, threshold } = publisher;
  const keys = await Promise.all(keyFiles.map(readKey));
  const old = await readOld(file);
  const others = old.publishers.filter((each) => each.name !== name);
  const more = { ...(threshold > 1 ? { threshold } : {}), ...(own ? { own } : {}) };
  const policy = { ...old, publishers: [...others, { name, plugins: [...plugins], keys, ...more }] };
  await write(file, policy);
}
