import type { Cryptoki, FunctionName } from './cryptoki.ts';
import { DeviceFailure } from './failure.ts';
import { CKF_OS_LOCKING_OK, CKF_RW_SESSION, CKF_SERIAL_SESSION, CKU_USER, returnValues } from './standard.ts';
import {
  type Packed,
  packMechanism,
  packTemplate,
  readTokenInfo,
  readUlong,
  type Template,
  tokenInfoBytes,
  ulong,
} from './structures.ts';

const inUse = new Set<Packed>();

/** Works with a structure while all that it points to is kept from the garbage collector. */
export function held<T>(packed: Packed, work: (bytes: Buffer) => T): T {
  inUse.add(packed);
  try {
    return work(packed.bytes);
  } finally {
    inUse.delete(packed);
  }
}

export interface TokenInfo {
  readonly slot: bigint;
  readonly label: string;
  readonly flags: number;
}

type Argument = number | bigint | Buffer | null;
const unavailable = 0xffff_ffff_ffff_ffffn;
/** More than a search of ours ever finds. */
const foundAtMost = 4096;

/** One call, which must succeed. @throws DeviceFailure */
export function must({ call }: Cryptoki, name: FunctionName, ...args: readonly Argument[]): void {
  const returned = Number(call[name](...args));
  if (returned !== returnValues.CKR_OK) throw new DeviceFailure(name, returned);
}

/** @returns false where this process has the module initialised already */
export function initialize({ call }: Cryptoki): boolean {
  // CK_C_INITIALIZE_ARGS: four functions for locks, which we leave to the module; flags; nothing.
  const args = ulong(0, 6);
  args.writeBigUInt64LE(BigInt(CKF_OS_LOCKING_OK), 32);
  const returned = Number(call.C_Initialize(args));
  if (returned === returnValues.CKR_CRYPTOKI_ALREADY_INITIALIZED) return false;
  if (returned !== returnValues.CKR_OK) throw new DeviceFailure('C_Initialize', returned);
  return true;
}

export function tokens(cryptoki: Cryptoki): TokenInfo[] {
  const count = ulong(0);
  must(cryptoki, 'C_GetSlotList', 1, null, count);
  const room = Number(readUlong(count));
  if (room === 0) return [];
  const slots = ulong(0, room);
  must(cryptoki, 'C_GetSlotList', 1, slots, count);
  return Array.from({ length: Math.min(room, Number(readUlong(count))) }, (_, index) => {
    const slot = readUlong(slots, index);
    const info = Buffer.alloc(tokenInfoBytes);
    must(cryptoki, 'C_GetTokenInfo', slot, info);
    return { slot, ...readTokenInfo(info) };
  });
}

export function openSession(cryptoki: Cryptoki, slot: bigint): bigint {
  const session = ulong(0);
  must(cryptoki, 'C_OpenSession', slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, null, null, session);
  return readUlong(session);
}

/** @returns false where this process is logged in to the token already, and the PIN was not looked at */
export function login({ call }: Cryptoki, session: bigint, pin: string): boolean {
  const bytes = Buffer.from(pin);
  const returned = Number(call.C_Login(session, CKU_USER, bytes, bytes.length));
  bytes.fill(0);
  if (returned === returnValues.CKR_USER_ALREADY_LOGGED_IN) return false;
  if (returned !== returnValues.CKR_OK) throw new DeviceFailure('C_Login', returned);
  return true;
}

export function find(cryptoki: Cryptoki, session: bigint, template: Template): bigint[] {
  held(packTemplate(template, cryptoki.addressOf), (bytes) =>
    must(cryptoki, 'C_FindObjectsInit', session, bytes, template.length),
  );
  try {
    const [objects, count] = [ulong(0, foundAtMost), ulong(0)];
    must(cryptoki, 'C_FindObjects', session, objects, foundAtMost, count);
    return Array.from({ length: Number(readUlong(count)) }, (_, index) => readUlong(objects, index));
  } finally {
    // A search left open would refuse the next one; where this fails too, that one says so.
    cryptoki.call.C_FindObjectsFinal(session);
  }
}

/** @throws DeviceFailure also where the token does not give it away (CKR_ATTRIBUTE_SENSITIVE) */
export function attribute(cryptoki: Cryptoki, session: bigint, object: bigint, type: number): Buffer {
  const asked = ulong(type, 3);
  must(cryptoki, 'C_GetAttributeValue', session, object, asked, 1);
  const length = readUlong(asked, 2);
  if (length === unavailable)
    throw new DeviceFailure('C_GetAttributeValue', returnValues.CKR_ATTRIBUTE_TYPE_INVALID);
  const value = Buffer.alloc(Math.max(1, Number(length)));
  asked.writeBigUInt64LE(cryptoki.addressOf(value), 8);
  must(cryptoki, 'C_GetAttributeValue', session, object, asked, 1);
  return value.subarray(0, Number(readUlong(asked, 2)));
}

type Transform = 'C_Encrypt' | 'C_Decrypt' | 'C_Sign';

/** Init and the one call that does it all; `room` is what the answer takes at most. */
export function transform(
  cryptoki: Cryptoki,
  session: bigint,
  name: Transform,
  how: { key: bigint; mechanism: number; parameter?: Packed; input: Buffer; room: number },
): Buffer {
  const [output, length] = [Buffer.alloc(how.room), ulong(how.room)];
  // An empty input must not be a null pointer, which some modules take for a fault.
  const input = how.input.length > 0 ? how.input : Buffer.alloc(1);
  return held(packMechanism(how.mechanism, how.parameter, cryptoki.addressOf), (mechanism) => {
    must(cryptoki, `${name}Init`, session, mechanism, how.key);
    must(cryptoki, name, session, input, how.input.length, output, length);
    return output.subarray(0, Number(readUlong(length)));
  });
}
