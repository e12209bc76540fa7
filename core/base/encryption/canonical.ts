import { AssayError } from '@assay/sdk';

/**
 * What a key or a value belongs to, such as `{ dataset: 'ds_1', kind: 'original' }`. It is authenticated, never
 * stored: who opens must know it. Never put a secret or a person's data in it.
 */
export type KeyContext = Readonly<Record<string, string>>;

/**
 * One unambiguous byte string for a list of texts: each as its UTF-8 length (4 bytes, big endian) and its bytes.
 * The lengths keep `['ab', 'c']` and `['a', 'bc']` apart; the label keeps the uses of one key apart.
 */
export function canonicalBytes(label: string, fields: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const field of [label, ...fields]) {
    // Lone surrogates would all become U+FFFD, so two different texts would have the same bytes.
    if (!field.isWellFormed()) {
      throw new AssayError('request.invalid', 'A name that is bound to a key must be well-formed Unicode.');
    }
    const bytes = Buffer.from(field, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** A context as a flat list, sorted by name, so that the order in which it was written does not matter. */
export function contextFields(context: KeyContext): string[] {
  return Object.keys(context)
    .sort()
    .flatMap((name) => [name, context[name] ?? '']);
}
