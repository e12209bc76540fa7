import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { setImmediate as soon } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { type KeptKeys, type KeyVault, memoryVault } from '../key-vault.ts';

/**
 * A key service as Vault Transit or a cloud's KMS is one, simulated: everything takes a round trip, ciphertexts are texts of
 * its own format and of no fixed length, and it can be cut off. It shows that the port holds for them; no such service is
 * tested here.
 */
export interface SimulatedKeyService {
  open(): Promise<KeyVault>;
  /** From now on nothing answers, or everything again. */
  cut(is: boolean): void;
}

export function simulateKeyService(): SimulatedKeyService {
  let kept: KeptKeys = {};
  let isCut = false;
  const tellKept = (next: KeptKeys) => {
    kept = next;
  };
  async function answer<T>(work: (inner: KeyVault) => Promise<T>): Promise<T> {
    await soon();
    if (isCut) throw new AssayError('encryption.key_unavailable', 'The key service does not answer.');
    return work(memoryVault(kept, tellKept));
  }
  const invalid = (): AssayError =>
    new AssayError('encryption.ciphertext_invalid', 'The key service does not know this ciphertext.');
  const sum = (text: string) => createHmac('sha256', 'simulated').update(text).digest('hex').slice(0, 8);
  return {
    cut(is) {
      isCut = is;
    },
    open: async () => ({
      alg: 'simulated-v1',
      makeSecretKey: (label) => answer((inner) => inner.makeSecretKey(label)),
      makeSigningKey: (label) => answer((inner) => inner.makeSigningKey(label)),
      destroyKey: (label) => answer((inner) => inner.destroyKey(label)),
      seal: (label, plain, aad) =>
        answer(async (inner) => {
          const parts = [await inner.seal(label, plain, aad), randomBytes(randomInt(1, 3000))];
          const text = `simulated:v1:${parts.map((part) => part.toString('base64')).join(':')}`;
          return Buffer.from(`${text}:${sum(text)}`);
        }),
      open: (label, sealed, aad) =>
        answer(async (inner) => {
          const text = Buffer.from(sealed).toString('latin1');
          const match = /^(simulated:v1:([^:]+):[^:]+):([^:]+)$/.exec(text);
          if (!match || sum(match[1] as string) !== match[3]) throw invalid();
          return inner.open(label, Buffer.from(match[2] as string, 'base64'), aad);
        }),
      sign: (label, bytes) => answer((inner) => inner.sign(label, bytes)),
      publicKey: (label) => answer((inner) => inner.publicKey(label)),
      check: () => answer(async () => undefined),
      close: async () => undefined,
    }),
  };
}
