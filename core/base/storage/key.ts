import { AssayError } from '@assay/sdk';

const part = /^[a-z0-9_-][a-z0-9._-]{0,199}$/;
const maxKeyLength = 512;

/** Whether a text is a key of the port: no empty part, none with a leading dot, so none that climbs out either. */
export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && text.split('/').every((name) => part.test(name));
}

/** Refuses what is no key. */
export function assertKey(key: string): void {
  if (isKey(key)) return;
  throw new AssayError(
    'request.invalid',
    `${JSON.stringify(key.slice(0, 80))} is no object key: parts of 1 to 200 characters a-z 0-9 - _ . (no leading ` +
      `dot) between slashes, ${maxKeyLength} characters at most.`,
  );
}

/** Refuses what is no range of whole bytes. */
export function assertRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end) return;
  throw new AssayError(
    'request.invalid',
    `Bytes ${start} to ${end} are no range: 0 <= start <= end is needed.`,
  );
}
