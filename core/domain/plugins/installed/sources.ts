import { AssayError, digestFiles, readFiles } from '@assay/sdk';
import { ruleOf } from '../refuse.ts';
import type { PluginSource, SignatureState } from '../registry.ts';
import { findVoucher, type Grounds } from '../trust/index.ts';
import type { Installed } from './store.ts';

/** Where the rule that a plugin breaks puts it. */
function signatureState(error: AssayError): SignatureState {
  const rule = ruleOf(error);
  if (rule === 'revoked.key' || rule === 'revoked.plugin') return 'revoked';
  if (rule === 'signature.other-package' || rule === 'name.shipped') return 'modified';
  return rule === 'signature.missing' ? 'unsigned' : 'invalid';
}

/**
 * A version that was installed, as the parts load it: its files as they lie there now are held against its signatures, and
 * those, or the release's list, against the policy and the list of revocations of today.
 */
export async function sourceOf(
  { receipt, standing, signatures, directory, unreadable }: Installed,
  grounds: Grounds,
): Promise<PluginSource> {
  const { name, version, digest } = receipt;
  const base = {
    ...{ name, version, directory, admitted: digest, publisher: receipt.publisher },
    ...(standing.disabled === undefined ? {} : { disabled: standing.disabled }),
    ...(standing.deprecated === undefined ? {} : { deprecated: standing.deprecated }),
  };
  const unfit = { ...base, trust: 'admitted' as const, admitted: undefined };
  const why = (reason: string) => [`what was installed cannot be read: ${reason}`];
  if (unreadable !== undefined) return { ...unfit, signature: 'invalid', refused: why(unreadable) };
  try {
    const files = await readFiles(directory);
    const subject = { name, version, digest: digestFiles(files), files };
    const { trust, isolation } = findVoucher(subject, signatures, grounds);
    const signature = trust === 'shipped' ? 'shipped' : 'signed';
    return { ...base, trust, signature, refused: [], ...(isolation ? { isolation } : {}) };
  } catch (error) {
    if (AssayError.is(error)) return { ...unfit, signature: signatureState(error), refused: [error.message] };
    return {
      ...unfit,
      signature: 'invalid',
      refused: why(error instanceof Error ? error.message : String(error)),
    };
  }
}
