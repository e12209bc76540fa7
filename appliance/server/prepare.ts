import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { prepareAppliance } from '@assay/core';
import type { FipsEvidence } from '@assay/core/fips';
import { AssayError } from '@assay/sdk';
import { environment } from './child.ts';
import { type FipsMode, fipsArguments } from './fips-mode.ts';
import { keepOwnCertificate, type OwnNames } from './own-certificate.ts';

type PrepareOptions = Parameters<typeof prepareAppliance>[0] & {
  /** Where a certificate of its own is kept, and for which names; nothing where none is needed. */
  readonly ownCertificate?: { readonly folder: string; readonly names: OwnNames };
};
type Prepared = Awaited<ReturnType<typeof prepare>>;

/** What the program in FIPS mode is asked: to prepare, or only to prove that it is in it. */
export interface FipsRequest {
  readonly prepare?: PrepareOptions;
}

export type FipsReply =
  | { readonly evidence: FipsEvidence; readonly prepared?: Prepared }
  | { readonly failed: string };

/** Everything that must be there before the parts start, and the key between worker and runner. */
export async function prepare({ ownCertificate, ...options }: PrepareOptions) {
  const prepared = await prepareAppliance(options);
  const tls = ownCertificate && (await keepOwnCertificate(ownCertificate.folder, ownCertificate.names));
  return { ...prepared, runnerKey: randomBytes(32), ...(tls ? { ownCertificate: tls } : {}) };
}

/**
 * Starts a process as the parts are started, and has it prove that it computes with the FIPS provider.
 * @throws AssayError `config.invalid` with what is wrong and what to do
 */
export async function proveFips(mode: FipsMode): Promise<FipsEvidence> {
  return (await ask(mode, {})).evidence;
}

/** `prepare` in a process in FIPS mode, since it makes keys and the supervisor is not in it. */
export async function prepareInFips(
  mode: FipsMode,
  options: PrepareOptions,
  variables: readonly string[],
): Promise<Prepared> {
  const { prepared } = await ask(mode, { prepare: options }, variables);
  if (!prepared) throw new AssayError('internal.unexpected', 'The preparation in FIPS mode gave no answer.');
  return prepared;
}

function ask(
  mode: FipsMode,
  request: FipsRequest,
  variables: readonly string[] = [],
): Promise<Exclude<FipsReply, { failed: string }>> {
  const child = fork(new URL('./prepare-in-fips.ts', import.meta.url), [], {
    env: environment(variables),
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning', ...fipsArguments(mode)],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new AssayError('config.invalid', why));
    child.once('message', (reply: FipsReply) => ('failed' in reply ? failed(reply.failed) : resolve(reply)));
    child.once('error', reject);
    child.once('close', (code) =>
      failed(didNotStart(mode, said.trim().split('\n')[0] || `exit code ${code}`)),
    );
    child.send(request, () => undefined);
  });
}

function didNotStart({ opensslConfig }: FipsMode, said: string): string {
  return (
    `crypto.profile is fips, but Node finds no FIPS provider with ${opensslConfig}, so nothing was started (${said}). ` +
    'Correct the module and its checksum there, see docs/security/fips.md, or set crypto.profile to default.'
  );
}
