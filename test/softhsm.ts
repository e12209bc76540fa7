import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** A token of SoftHSM2 in a folder of its own. */
export interface SoftHsm {
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  readonly pin: string;
  /** What a process that uses it must have in its environment when the module is initialised. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  /** The folder with a folder for each token; taking one of these away is what pulling out the device is. */
  readonly tokens: string;
  /** Makes a further token beside it, or this one anew under another PIN. */
  initialize(token: string, pin: string): Promise<void>;
  remove(): Promise<void>;
}

export const softHsmModule = '/usr/lib/softhsm/libsofthsm2.so';
const run = promisify(execFile);

/** Makes a token with a random label and PIN. Needs `need('softhsm')`. */
export async function makeSoftHsm(): Promise<SoftHsm> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-softhsm-'));
  const tokens = path.join(folder, 'tokens');
  await mkdir(tokens, { mode: 0o700 });
  const env = { SOFTHSM2_CONF: path.join(folder, 'softhsm2.conf') };
  await writeFile(env.SOFTHSM2_CONF, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  const name = randomBytes(4).toString('hex');
  const [token, pin] = [`assay-${name}`, `pin-${randomBytes(6).toString('hex')}`];
  const initialize = async (label: string, newPin: string): Promise<void> => {
    const options = { env: { ...process.env, ...env } };
    const { stdout } = await run('softhsm2-util', ['--show-slots'], options);
    const taken = new RegExp(`Slot (\\d+)(?:(?!Slot \\d)[\\s\\S])*Label: +${label}`).exec(stdout);
    const slot = taken?.[1] === undefined ? ['--free'] : ['--slot', taken[1]];
    const pins = ['--so-pin', `so-${name}`, '--pin', newPin];
    await run('softhsm2-util', ['--init-token', ...slot, '--label', label, ...pins], options);
  };
  await initialize(token, pin);
  const remove = () => rm(folder, { recursive: true, force: true });
  return { module: softHsmModule, token, pin, env, tokens, initialize, remove };
}
