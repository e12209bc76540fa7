import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import path from 'node:path';
import { fileOfPackage } from './debian.ts';

const kept = path.resolve(import.meta.dirname, '../node_modules/.cache/assay/fips/fips.so');
/** The key that every OpenSSL FIPS provider checks its own file with; it stands in OpenSSL's source. */
const integrityKey = 'f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813';

/** True where Debian's FIPS provider is, or can be had without installing it. */
export function canHaveFips(): boolean {
  return existsSync(kept) || (process.getuid?.() === 0 && existsSync('/usr/bin/mmdebstrap'));
}

/** OpenSSL's FIPS provider as Debian trixie builds it, taken out of its package. It is not a validated one. */
async function provider(): Promise<string> {
  if (existsSync(kept)) return kept;
  const machine = arch() === 'arm64' ? 'aarch64' : 'x86_64';
  await fileOfPackage('openssl-provider-fips', `./usr/lib/${machine}-linux-gnu/ossl-modules/fips.so`, kept);
  return kept;
}

export interface FipsSetup {
  /** An OpenSSL configuration that activates the provider. */
  readonly config: string;
  /** One beside it in which the provider's checksum is wrong, so that it refuses to load. */
  readonly damaged: string;
  remove(): Promise<void>;
}

/** Writes an OpenSSL configuration for Debian's FIPS provider. Needs `need('fips')`. */
export async function makeFips(): Promise<FipsSetup> {
  const file = await provider();
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-fips-'));
  const mac = createHmac('sha256', Buffer.from(integrityKey, 'hex')).update(await readFile(file));
  const text = (checksum: string) =>
    [
      'nodejs_conf = init',
      '[init]\nproviders = providers\nalg_section = algorithms',
      '[algorithms]\ndefault_properties = fips=yes',
      '[providers]\nfips = fips\nbase = base',
      '[base]\nactivate = 1',
      `[fips]\nactivate = 1\nconditional-errors = 1\nsecurity-checks = 1\nmodule = ${file}\nmodule-mac = ${checksum}\n`,
    ].join('\n');
  const [config, damaged] = [path.join(folder, 'openssl.cnf'), path.join(folder, 'damaged.cnf')];
  const checksum = mac.digest('hex');
  await writeFile(config, text(checksum));
  await writeFile(damaged, text(`00${checksum.slice(2)}`));
  return { config, damaged, remove: () => rm(folder, { recursive: true, force: true }) };
}
