import { readFile, rename, writeFile } from 'node:fs/promises';
import { readPolicy, readPublicKey, type TrustPolicy } from '@assay/core/plugins/trust';
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
  const text = `${JSON.stringify(policy, null, 2)}\n`;
  readPolicy(text);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
