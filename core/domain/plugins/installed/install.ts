import { AssayError } from '@assay/sdk';
import { createValidator } from '../../../base/validation/index.ts';
import type { Trial } from '../../../base/validation/trial.ts';
import { loadPlugins } from '../load.ts';
import { lookAlike } from '../look-alike.ts';
import { unpackPackage } from '../package/index.ts';
import { refuse } from '../refuse.ts';
import type { PluginSource } from '../registry.ts';
import {
  findVoucher,
  type Grounds,
  requireInForce,
  type SignedDocument,
  type Vouched,
} from '../trust/index.ts';
import { putInstalled, type Receipt, readInstalled, sweep } from './store.ts';

export interface Installation {
  readonly package: Buffer;
  readonly signatures: readonly SignedDocument[];
  /** Id of the principal; of the release, what it is called. */
  readonly by: string;
}

/** What stands for the appliance while it decides. */
export interface Gate extends Grounds {
  /** Folder of what is installed. */
  readonly store: string;
  readonly trial: Trial;
  readonly now: Date;
}

/** What is wrong with an unpacked plugin: with its contents, and with what its tools ask for. */
async function findingsOf(
  gate: Gate,
  source: PluginSource,
  limits: Vouched['limits'],
): Promise<readonly string[]> {
  const { plugins } = await loadPlugins(createValidator(), [source], gate.trial);
  const { reasons = [], tools = [] } = plugins[0] ?? {};
  if (reasons.length > 0) return reasons;
  return tools.flatMap(({ name, manifest }) =>
    (['memoryMb', 'seconds'] as const).flatMap((what) => {
      const most = limits?.[what];
      return most === undefined || manifest.limits[what] <= most
        ? []
        : [
            `${name} asks for ${manifest.limits[what]} ${what}; the trust policy grants its publisher ${most}`,
          ];
    }),
  );
}

/**
 * Lets a package in, or says which rule it breaks: package, who vouches for it, revocations, name, limits, contents. The same package
 * again changes nothing.
 * @throws AssayError plugin.refused, plugin.exists
 */
export async function install(
  gate: Gate,
  { package: bytes, signatures, by }: Installation,
): Promise<Receipt> {
  await sweep(gate.store);
  const unpacked = await unpackPackage(bytes);
  const { name, version, digest } = unpacked;
  const { publisher, keys, trust, limits } = findVoucher(unpacked, signatures, gate);
  if (trust !== 'shipped') requireInForce(gate.revocations, gate.now);
  const taken = lookAlike(name, Object.keys(gate.release));
  if (taken && trust !== 'shipped')
    throw refuse('name.shipped', `"${name}" could be taken for "${taken}", a plugin of the release.`);
  const known = (await readInstalled(gate.store)).find(
    ({ receipt }) => receipt.name === name && receipt.version === version,
  );
  if (known && known.receipt.digest !== digest)
    throw new AssayError(
      'plugin.exists',
      `${name} ${version} is installed with other contents (${known.receipt.digest}); a change has a version of its own.`,
    );
  if (known) return known.receipt;
  const receipt: Receipt = {
    ...{ name, version, digest, package: `sha256:${unpacked.sha256}`, publisher, keys },
    ...{ at: gate.now.toISOString(), by },
  };
  // Also what the release brings is tried as a stranger's is.
  const source = { name, version, admitted: digest, trust: 'admitted' as const };
  await putInstalled(gate.store, unpacked, signatures, receipt, (directory) =>
    findingsOf(gate, { ...source, directory }, limits),
  );
  return receipt;
}
