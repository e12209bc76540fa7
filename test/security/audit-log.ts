import { sign } from 'node:crypto';
import {
  type ExportHeader,
  formatCheckpoint,
  formatExportCheckpoint,
  formatExportHeader,
  formatExportLeaf,
  leafHash,
  leafSignedBytes,
  leafTag,
  RunningTree,
  readerSignedBytes,
  recordBytes,
  type SignedLeaf,
  signNote,
} from '../../core/base/transparency/index.ts';
import { signerOf } from '../../core/base/transparency/testing/ed25519.ts';

export const origin = 'assay.example/audit';

export const reader = '5f0c8f4e-0000-4000-8000-000000000001';
/** Tag keys of the workspace that reads, and of another one. */
export const tagKey = Buffer.alloc(32, 5);
export const otherTagKey = Buffer.alloc(32, 6);

/** A leaf before it is written down: whatever a forger may change. */
export interface Entry extends SignedLeaf {
  readonly signature: Buffer;
  readonly record?: Record<string, unknown>;
}

export type Key = ReturnType<typeof keyOf>;

/** An Ed25519 key from a number, the same in every run. */
export const keyOf = (name: string, seed: number) => signerOf(name, Buffer.alloc(32, seed));

export const logKey = keyOf(origin, 1);
export const leafKey = keyOf(`${origin}/leaf`, 2);
export const strangerLog = keyOf(origin, 3);
export const strangerLeaf = keyOf(`${origin}/leaf`, 4);

/** A record with the kinds of text that two JSON writers could write differently. */
export function recordOf(index: number): Record<string, unknown> {
  return {
    seq: index,
    time: `2026-11-0${(index % 9) + 1}T12:00:00.000Z`,
    actor: { kind: 'user', name: 'Zoë "Z" \\ 名前 \u{1f600}' },
    action: 'dataset.receive',
    detail: {
      bytes: -index,
      rows: 2 ** 53 - 1 - index,
      ok: index % 2 === 0,
      none: null,
      list: [1, 'two', []],
    },
    B: 'upper before lower',
    toJSON: 'a name that some writers treat differently',
    ['__proto__']: 'and another',
    '': 'no name',
    text: `line\u2028\u2029 \u007f \u0000\b\t\n\f\r\u001f \ufeff \ufffd /é ${index}`,
    mac: 'bWFj',
  };
}

/** What differs from an honest leaf of the workspace that reads. */
export interface EntryOptions {
  readonly key?: Key;
  readonly name?: string;
  readonly tagKey?: Buffer;
  readonly genuine?: boolean;
}

export function entryOf(index: number, record: Record<string, unknown>, options: EntryOptions = {}): Entry {
  const { key = leafKey, name = origin, genuine = true } = options;
  const tag = leafTag(options.tagKey ?? tagKey, name, index);
  const leaf = { index, hash: leafHash(recordBytes(record)), tag, genuine };
  return { ...leaf, signature: sign(null, leafSignedBytes(name, leaf), key.secret), record };
}

/** Only the hash is shown. */
export function withoutRecord({ record: _, ...entry }: Entry): Entry {
  return entry;
}

const isOther = (index: number): boolean => index % 7 === 3;

/** A log of these records, all signed with the genuine keys; every seventh is another workspace's. */
export class Log {
  readonly entries: readonly Entry[];
  readonly #roots: readonly Buffer[];

  constructor(records: readonly Record<string, unknown>[]) {
    const tree = new RunningTree();
    const roots = [tree.root()];
    this.entries = records.map((record, index) => {
      const entry = entryOf(index, record, isOther(index) ? { tagKey: otherTagKey } : {});
      tree.push(entry.hash);
      roots.push(tree.root());
      return isOther(index) ? withoutRecord(entry) : entry;
    });
    this.#roots = roots;
  }

  static ofSize(size: number): Log {
    return new Log(Array.from({ length: size }, (_, index) => recordOf(index)));
  }

  get size(): number {
    return this.entries.length;
  }

  /** The log as it would be if this record had always been another one: forged with every key stolen. */
  forge(at: number, record: Record<string, unknown>): Log {
    return new Log(this.entries.map(({ index }) => (index === at ? record : recordOf(index))));
  }

  checkpoint(size = this.size, keys: readonly Key[] = [logKey]): Promise<string> {
    return signNote(formatCheckpoint({ origin, size, root: this.#roots[size] as Buffer }), keys);
  }
}

/** The lines of an export; `size` is what the header claims. */
export function exportOf(
  entries: readonly Entry[],
  checkpoint: string,
  size = entries.length,
  header: Partial<ExportHeader> = {},
): string[] {
  const signature = sign(null, readerSignedBytes(origin, reader, tagKey), leafKey.secret);
  return [
    formatExportHeader({ origin, size, reader, tagKey, signature, behind: 0, ...header }),
    ...entries.map((entry) => formatExportLeaf(entry)),
    formatExportCheckpoint(checkpoint),
  ];
}
