/**
 * The C structures of PKCS#11 as bytes, for Linux on 64 bits: CK_ULONG and pointers have 8 bytes, the least first.
 * What a structure points to must be kept alive while a call uses it; Node does not move the bytes of a `Buffer`.
 */

/** Gives the address of a buffer's first byte. */
export type AddressOf = (buffer: Buffer) => bigint;

/** A structure, and the buffers that it points to. Held by the caller until the call is done. */
export interface Packed {
  readonly bytes: Buffer;
  readonly holds: readonly Buffer[];
}

/** CK_ATTRIBUTEs as pairs of CKA_ number and value. */
export type Template = readonly (readonly [type: number, value: boolean | number | string | Buffer])[];

/** `length` CK_ULONGs, the first with this value. */
export function ulong(value: number | bigint, length = 1): Buffer {
  const bytes = Buffer.alloc(8 * length);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function readUlong(bytes: Buffer, index = 0): bigint {
  return bytes.readBigUInt64LE(8 * index);
}

function valueBytes(value: boolean | number | string | Buffer): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (typeof value === 'number') return ulong(value);
  return typeof value === 'string' ? Buffer.from(value) : value;
}

/** CK_ATTRIBUTE[]: type, pointer, length. */
export function packTemplate(template: Template, addressOf: AddressOf): Packed {
  const holds = template.map(([, value]) => valueBytes(value));
  const bytes = ulong(0, 3 * template.length);
  for (const [index, [type]] of template.entries()) {
    const value = holds[index] as Buffer;
    bytes.writeBigUInt64LE(BigInt(type), 24 * index);
    bytes.writeBigUInt64LE(addressOf(value), 24 * index + 8);
    bytes.writeBigUInt64LE(BigInt(value.length), 24 * index + 16);
  }
  return { bytes, holds };
}

/** CK_MECHANISM: type, pointer to its parameter, length of that. */
export function packMechanism(type: number, parameter: Packed | undefined, addressOf: AddressOf): Packed {
  const bytes = ulong(type, 3);
  if (parameter === undefined) return { bytes, holds: [] };
  bytes.writeBigUInt64LE(addressOf(parameter.bytes), 8);
  bytes.writeBigUInt64LE(BigInt(parameter.bytes.length), 16);
  return { bytes, holds: [parameter.bytes, ...parameter.holds] };
}

/** CK_GCM_PARAMS: pointer to the IV, its bytes, its bits, pointer to the AAD, its bytes, bits of the tag. */
export function packGcm(iv: Buffer, aad: Buffer, tagBits: number, addressOf: AddressOf): Packed {
  const fields = [addressOf(iv), iv.length, 8 * iv.length, addressOf(aad), aad.length, tagBits];
  const bytes = ulong(0, fields.length);
  for (const [index, field] of fields.entries()) bytes.writeBigUInt64LE(BigInt(field), 8 * index);
  return { bytes, holds: [iv, aad] };
}

/** Bytes of CK_TOKEN_INFO, and what is read of it. */
export const tokenInfoBytes = 208;
export function readTokenInfo(bytes: Buffer): { label: string; flags: number } {
  // Labels are padded with blanks; some modules pad with zeros.
  const label = bytes.toString('utf8', 0, 32).replace(/[ \0]+$/, '');
  return { label, flags: Number(bytes.readBigUInt64LE(96)) };
}
