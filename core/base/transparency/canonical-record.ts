import { AssayError } from '@assay/sdk';
import { maxJsonBytes, maxJsonDepth } from './strict-json.ts';

/**
 * What is hashed for a leaf: the record in its canonical form (RFC 8785), restricted to values that two implementations
 * cannot write differently. Written here and not taken from the library, which leaves the names of an object unsorted
 * if one of them is `toJSON`.
 * @throws AssayError request.invalid for fractions, integers beyond 2^53-1, names outside ASCII, broken Unicode,
 * `undefined`, objects with a class, more than 32 levels, or more than a mebibyte
 */
export function recordBytes(record: Readonly<Record<string, unknown>>): Buffer {
  const bytes = Buffer.from(canonical(record, 1));
  if (bytes.length > maxJsonBytes) throw unfit(`it has more than ${maxJsonBytes} bytes`);
  return bytes;
}

function canonical(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return String(value);
    throw unfit(`${value} is no integer up to 2^53-1`);
  }
  if (typeof value === 'string') {
    if (value.isWellFormed()) return JSON.stringify(value);
    throw unfit('a text has half a surrogate pair');
  }
  if (typeof value !== 'object') throw unfit(`it holds a value of type ${typeof value}`);
  if (depth > maxJsonDepth) throw unfit(`it has more than ${maxJsonDepth} levels`);
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonical(item, depth + 1)).join(',')}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw unfit('it holds an object with a class');
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${asName(name)}:${canonical(item, depth + 1)}`).join(',')}}`;
}

function asName(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return JSON.stringify(name);
  throw unfit('a name has characters outside ASCII');
}

const unfit = (what: string): AssayError =>
  new AssayError('request.invalid', `The record cannot be written to the log: ${what}.`);
