/** Bytes of standard base64 with padding; undefined for anything that an encoder would not have written. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The same for exactly so many bytes. */
export function fromBase64Exactly(text: string, bytes: number): Buffer | undefined {
  const decoded = fromBase64(text);
  return decoded?.length === bytes ? decoded : undefined;
}

/** A number as the texts of a log write it: decimal, no sign, no leading zero, at most 2^53-1. */
export function fromDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
