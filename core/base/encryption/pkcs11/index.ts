import { isAbsolute } from 'node:path';
import { AssayError } from '@assay/sdk';
import type { KeyVault } from '../key-vault.ts';
import { gcmAlg } from '../wrapped-key.ts';
import type { KeyKind } from './keys.ts';
import { moduleAt } from './module.ts';
import type { Answer, Operation } from './protocol.ts';

export interface Pkcs11Options {
  /** Absolute path of the vendor's module, a shared library. */
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  /** User PIN; never in a message. */
  readonly pin: string;
  /** Milliseconds that one operation may take once its turn has come; 10,000 where it is not said. */
  readonly timeoutMs?: number;
}

/**
 * A PKCS#11 token, by what is needed of it. Operations of one module are carried out one after the other.
 *
 * Whatever is wrong with the device fails with `encryption.key_unavailable`, with the reason and what to do. A lost
 * session is opened anew once; a refused PIN is never tried again by this process.
 */
export interface Pkcs11Token extends KeyVault {
  /** Keys whose label begins with the prefix. */
  keys(prefix: string): Promise<readonly { readonly label: string; readonly kind: KeyKind }[]>;
}

const defaultTimeoutMs = 10_000;

/**
 * Opens a token and logs in to it.
 *
 * @throws AssayError `encryption.key_unavailable`: the optional FFI package is missing, the module cannot be loaded, the
 * token is not there (then which are), its PIN is wrong or locked, or the module does not answer in time.
 */
export async function openPkcs11(options: Pkcs11Options): Promise<Pkcs11Token> {
  const { module: path, token: name, pin, timeoutMs = defaultTimeoutMs } = options;
  if (!isAbsolute(path)) {
    throw new AssayError(
      'encryption.key_unavailable',
      `The path of a PKCS#11 module must be absolute, such as /usr/lib/softhsm/libsofthsm2.so; it is ${path}.`,
    );
  }
  const module = moduleAt(path);
  const token = module.nextToken();
  const ask = (operation: Operation): Promise<Answer> => module.ask(token, operation, timeoutMs);
  const bytes = async (operation: Operation): Promise<Buffer> => {
    const answer = (await ask(operation)) as Uint8Array;
    return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  };
  await ask({ does: 'open', name, pin });
  return {
    alg: gcmAlg,
    keys: async (prefix) => (await ask({ does: 'keys', prefix })) as Awaited<ReturnType<Pkcs11Token['keys']>>,
    makeSecretKey: async (label) => void (await ask({ does: 'makeSecretKey', label })),
    makeSigningKey: async (label) => void (await ask({ does: 'makeSigningKey', label })),
    destroyKey: async (label) => void (await ask({ does: 'destroyKey', label })),
    seal: (label, plain, aad) => bytes({ does: 'seal', label, bytes: own(plain), aad: own(aad) }),
    open: (label, sealed, aad) => bytes({ does: 'open-sealed', label, bytes: own(sealed), aad: own(aad) }),
    sign: (label, signed) => bytes({ does: 'sign', label, bytes: own(signed) }),
    publicKey: (label) => bytes({ does: 'publicKey', label }),
    check: async () => void (await ask({ does: 'check' })),
    close: async () => void (await ask({ does: 'close' })),
  };
}

/** A copy that holds nothing else: a small `Buffer` is part of a larger one, all of which would go to the thread. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
