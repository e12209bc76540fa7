import { createRequire } from 'node:module';
import { keyUnavailable } from '../wrapped-key.ts';
import { returnName } from './standard.ts';
import { type AddressOf, readUlong, ulong } from './structures.ts';

type Koffi = typeof import('koffi');
type Call = (...args: readonly (number | bigint | Buffer | null)[]) => number | bigint;

/** The functions that are called: their places in CK_FUNCTION_LIST, the one table every module has, and what they take. */
const functions = {
  C_Initialize: { at: 0, takes: ['void *'] },
  C_Finalize: { at: 1, takes: ['void *'] },
  C_GetSlotList: { at: 4, takes: ['uint8', 'void *', 'void *'] },
  C_GetTokenInfo: { at: 6, takes: ['ulong', 'void *'] },
  C_OpenSession: { at: 12, takes: ['ulong', 'ulong', 'void *', 'void *', 'void *'] },
  C_CloseSession: { at: 13, takes: ['ulong'] },
  C_GetSessionInfo: { at: 15, takes: ['ulong', 'void *'] },
  C_Login: { at: 18, takes: ['ulong', 'ulong', 'void *', 'ulong'] },
  C_DestroyObject: { at: 22, takes: ['ulong', 'ulong'] },
  C_GetAttributeValue: { at: 24, takes: ['ulong', 'ulong', 'void *', 'ulong'] },
  C_FindObjectsInit: { at: 26, takes: ['ulong', 'void *', 'ulong'] },
  C_FindObjects: { at: 27, takes: ['ulong', 'void *', 'ulong', 'void *'] },
  C_FindObjectsFinal: { at: 28, takes: ['ulong'] },
  C_EncryptInit: { at: 29, takes: ['ulong', 'void *', 'ulong'] },
  C_Encrypt: { at: 30, takes: ['ulong', 'void *', 'ulong', 'void *', 'void *'] },
  C_DecryptInit: { at: 33, takes: ['ulong', 'void *', 'ulong'] },
  C_Decrypt: { at: 34, takes: ['ulong', 'void *', 'ulong', 'void *', 'void *'] },
  C_SignInit: { at: 42, takes: ['ulong', 'void *', 'ulong'] },
  C_Sign: { at: 43, takes: ['ulong', 'void *', 'ulong', 'void *', 'void *'] },
  C_GenerateKey: { at: 58, takes: ['ulong', 'void *', 'void *', 'ulong', 'void *'] },
  C_GenerateKeyPair: {
    at: 59,
    takes: ['ulong', 'void *', 'void *', 'ulong', 'void *', 'ulong', 'void *', 'void *'],
  },
} as const;
/** CK_VERSION, padded to the width of a pointer, and the 68 pointers of v2.40. */
const tableBytes = 8 * (1 + 68);

export type FunctionName = keyof typeof functions;

/**
 * The libraries that were loaded, kept until the thread ends: the FFI library unloads one that nobody refers to any
 * more, and the functions bound by their address in its table do not count.
 */
const libraries: unknown[] = [];

/** A loaded module. Every call blocks until the module is done with it; the answer is a CKR_ number. */
export interface Cryptoki {
  readonly call: Readonly<Record<FunctionName, Call>>;
  readonly addressOf: AddressOf;
}

/**
 * Loads a vendor's module through the FFI library, which is optional. The only file that knows the library.
 *
 * @throws AssayError encryption.key_unavailable where one of the two is not there
 */
export async function loadCryptoki(module: string): Promise<Cryptoki> {
  const koffi = await loadFfi();
  const table = readTable(koffi, module);
  const bound = Object.entries(functions).map(([name, { at, takes }]) => {
    const place = table.readBigUInt64LE(8 * (1 + at));
    if (place === 0n) throw keyUnavailable(`The PKCS#11 module ${module} has no ${name}, which is needed.`);
    return [name, koffi.decode(place, koffi.proto('ulong', [...takes]))];
  });
  return { call: Object.fromEntries(bound), addressOf: (buffer) => koffi.address(buffer) };
}

async function loadFfi(): Promise<Koffi> {
  try {
    return await import('koffi');
  } catch (cause) {
    throw keyUnavailable(
      'A PKCS#11 token needs the optional package koffi, which is not installed or has no binary for this machine ' +
        '(there are some for Linux on x64 and arm64). Install it with: npm install --ignore-scripts koffi',
      cause,
    );
  }
}

/**
 * Ends the process with this code at once. Node's own end waits for every thread, and would wait for ever for one that
 * is held in a module.
 */
export function leaveAtOnce(code: number): void {
  const koffi: Koffi = createRequire(import.meta.url)('koffi');
  koffi.load(null).func('_exit', 'void', ['int'])(code);
}

function readTable(koffi: Koffi, module: string): Buffer {
  const pointer = ulong(0);
  try {
    const library = koffi.load(module);
    libraries.push(library);
    const returned = library.func('C_GetFunctionList', 'ulong', ['void *'])(pointer);
    if (Number(returned) !== 0) throw new Error(`C_GetFunctionList gave ${returnName(Number(returned))}`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw keyUnavailable(
      `The PKCS#11 module ${module} cannot be loaded: ${reason}. Give the path of the .so that the maker of the ` +
        'token delivers for this system, and see that this account may read it.',
      cause,
    );
  }
  return Buffer.from(koffi.view(readUlong(pointer), tableBytes));
}
