import { AssayError, digestFiles, readFiles } from '@assay/sdk';
import type { PluginSource, SignatureState } from '../registry.ts';
import type { ReadPolicy, Revocations } from '../trust/index.ts';
import { verifySignatures } from '../trust/index.ts';
import type { Installed } from './store.ts';

/** Where the rules of a refusal put a plugin. */
function signatureState(error: AssayError): SignatureState {
  if (error.message.includes('Rule revoked.')) return 'revoked';
  if (error.message.includes('Rule signature.other-package')) return 'modified';
  return error.message.includes('Rule signature.missing') ? 'unsigned' : 'invalid';
}

/**
 * A version that was installed, as the parts load it: its files as they lie there now are held against its signatures, and
 * those against the policy and the list of revocations of today.
 */
export async function sourceOf(
  { receipt, standing, signatures, directory }: Installed,
  policy: ReadPolicy,
  revocations?: Revocations,
): Promise<PluginSource> {
  const { name, version, digest } = receipt;
  const base = {
    ...{ name, version, directory, admitted: digest, publisher: receipt.publisher },
    ...(standing.disabled === undefined ? {} : { disabled: standing.disabled }),
    ...(standing.deprecated === undefined ? {} : { deprecated: standing.deprecated }),
  };
  try {
    const files = await readFiles(directory);
    const subject = { name, version, digest: digestFiles(files), files };
    const { trust, isolation } = verifySignatures(subject, signatures, policy, revocations);
    return { ...base, trust, signature: 'signed', refused: [], ...(isolation ? { isolation } : {}) };
  } catch (error) {
    if (!AssayError.is(error)) throw error;
    return { ...base, trust: 'admitted', signature: signatureState(error), refused: [error.message] };
  }
}
