import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';

const version = '5.0.2';
const cache = path.resolve(import.meta.dirname, '../../../node_modules/.cache/assay');
const run = promisify(execFile);

/** What of the AWS Encryption SDK for JavaScript is measured. */
export interface EncryptionSdk {
  encrypt(frameLength: number): Transform;
  decrypt(): Transform;
}

interface Library {
  readonly CommitmentPolicy: { readonly REQUIRE_ENCRYPT_REQUIRE_DECRYPT: unknown };
  readonly RawAesWrappingSuiteIdentifier: Readonly<Record<string, unknown>>;
  readonly RawAesKeyringNode: new (options: object) => unknown;
  buildClient(policy: unknown): {
    encryptStream(keyring: unknown, options: object): Transform;
    decryptStream(keyring: unknown): Transform;
  };
}

async function install(folder: string): Promise<void> {
  const half = `${folder}.half`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  await writeFile(path.join(half, 'package.json'), '{"private":true}\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `@aws-crypto/client-node@${version}`,
  ];
  await run('npm', args, { cwd: half });
  await rename(half, folder);
}

/** The peer, installed from npm into the cache where it is not there yet; it is no dependency of the product. */
export async function encryptionSdk(): Promise<EncryptionSdk> {
  const folder = path.join(cache, `encryption-sdk-${version}`);
  if (!existsSync(folder)) await install(folder);
  const library: Library = createRequire(path.join(folder, 'package.json'))('@aws-crypto/client-node');
  const { CommitmentPolicy, RawAesKeyringNode, RawAesWrappingSuiteIdentifier } = library;
  const { encryptStream, decryptStream } = library.buildClient(
    CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  );
  const keyring = new RawAesKeyringNode({
    keyName: 'bench',
    keyNamespace: 'bench',
    unencryptedMasterKey: new Uint8Array(32),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  // The suite without a signature over the whole: FLOE has none either.
  const suiteId = 0x0478;
  return {
    encrypt: (frameLength) => encryptStream(keyring, { frameLength, suiteId }),
    decrypt: () => decryptStream(keyring),
  };
}
