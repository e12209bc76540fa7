import { randomBytes } from 'node:crypto';
import { leafHash, leafTag, recordBytes } from '../../core/base/transparency/index.ts';
import {
  type Entry,
  entryOf,
  exportOf,
  type Log,
  logKey,
  origin,
  otherTagKey,
  recordOf,
  strangerLeaf,
  strangerLog,
  withoutRecord,
} from './audit-log.ts';

/** An altered export and the first record that a verifier must name; null where it can only be "some record". */
export interface Forgery {
  readonly lines: readonly string[];
  readonly kept: readonly string[];
  readonly bad: number | null;
}

/** Whole numbers from `from` to before `to`, the same sequence in every run. */
export type Draw = (from: number, to: number) => number;

type Mutation = (log: Log, draw: Draw) => Promise<Forgery>;

const edited = (entry: Entry): Record<string, unknown> => ({
  ...(entry.record ?? recordOf(entry.index)),
  action: 'dataset.forget',
});
const renumbered = (entries: readonly Entry[]): Entry[] =>
  entries.map((entry, index) => ({ ...entry, index }));

/** A mutation of the entries, under the log's genuine checkpoint. */
const ofEntries =
  (mutate: (entries: readonly Entry[], at: number, draw: Draw) => [Entry[], number, number?]): Mutation =>
  async (log, draw) => {
    const [entries, bad, size] = mutate(log.entries, draw(0, log.size), draw);
    return { lines: exportOf(entries, await log.checkpoint(), size ?? log.size), kept: [], bad };
  };

const at = (entries: readonly Entry[], index: number): Entry => entries[index] as Entry;

/** Every way in which somebody with the export, and without the keys, may alter it. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'a field is edited': ofEntries((entries, i) => [
    entries.with(i, { ...at(entries, i), record: edited(at(entries, i)) }),
    i,
  ]),
  'a field is edited and the hash recomputed': ofEntries((entries, i) => {
    const record = edited(at(entries, i));
    return [entries.with(i, { ...at(entries, i), record, hash: leafHash(recordBytes(record)) }), i];
  }),
  'a field is edited and the leaf signed again by a stranger': ofEntries((entries, i) => [
    entries.with(i, entryOf(i, edited(at(entries, i)), { key: strangerLeaf })),
    i,
  ]),
  'a field is edited and the leaf signed for another log': ofEntries((entries, i) => [
    entries.with(i, entryOf(i, edited(at(entries, i)), { name: 'other.example/audit' })),
    i,
  ]),
  'a hidden record has another hash': ofEntries((entries, i) => [
    entries.with(i, { ...withoutRecord(at(entries, i)), hash: randomBytes(32) }),
    i,
  ]),
  'a signature is replaced': ofEntries((entries, i, draw) => {
    const other = draw(0, 2) === 0 ? undefined : entries[(i + 1) % entries.length];
    const signature = other && other.index !== i ? other.signature : randomBytes(64);
    return [entries.with(i, { ...at(entries, i), signature }), i];
  }),
  'a line is deleted': ofEntries((entries, i) => [entries.toSpliced(i, 1), i]),
  'a line is deleted and the rest renumbered': ofEntries((entries, i) => [
    renumbered(entries.toSpliced(i, 1)),
    i,
    entries.length - 1,
  ]),
  'a line is inserted': ofEntries((entries, i) => [
    entries.toSpliced(i, 0, entryOf(i, recordOf(1_000), { key: strangerLeaf })),
    i,
  ]),
  'a line is inserted and the rest renumbered': ofEntries((entries, i) => [
    renumbered(entries.toSpliced(i, 0, entryOf(i, recordOf(1_000), { key: strangerLeaf }))),
    i,
    entries.length + 1,
  ]),
  'a line is appended': ofEntries((entries) => [
    [...entries, entryOf(entries.length, recordOf(entries.length))],
    entries.length,
  ]),
  'a line is appended and counted': ofEntries((entries) => [
    [...entries, entryOf(entries.length, recordOf(entries.length), { key: strangerLeaf })],
    entries.length,
    entries.length + 1,
  ]),
  'a line is doubled': ofEntries((entries, i) => [entries.toSpliced(i, 0, at(entries, i)), i + 1]),
  'two lines are swapped': ofEntries((entries, i, draw) => {
    const j = (i + draw(1, entries.length)) % entries.length;
    return [entries.with(i, at(entries, j)).with(j, at(entries, i)), Math.min(i, j)];
  }),
  'two lines are swapped and renumbered': ofEntries((entries, i, draw) => {
    const j = (i + draw(1, entries.length)) % entries.length;
    return [renumbered(entries.with(i, at(entries, j)).with(j, at(entries, i))), Math.min(i, j)];
  }),
  'a line is renumbered': ofEntries((entries, i, draw) => [
    entries.with(i, { ...at(entries, i), index: i + draw(1, 9) }),
    i,
  ]),
  'the tail is cut': ofEntries((entries, i) => [entries.slice(0, i), i]),
  'the tail is cut and the header changed': ofEntries((entries, i) => [entries.slice(0, i), i, i]),
  'the tail is cut, under an older genuine checkpoint': async (log, draw) => {
    const size = draw(0, log.size);
    const kept = await log.checkpoint(draw(size + 1, log.size + 1));
    const lines = exportOf(log.entries.slice(0, size), await log.checkpoint(size));
    return { lines, kept: [kept], bad: size };
  },
  'the checkpoint is an older one': async (log, draw) => {
    const size = draw(0, log.size);
    return { lines: exportOf(log.entries, await log.checkpoint(size)), kept: [], bad: size };
  },
  'the checkpoint is signed by a stranger': async (log, draw) => {
    const size = draw(1, log.size + 1);
    const lines = exportOf(log.entries, await log.checkpoint(log.size, [strangerLog]));
    return { lines, kept: [await log.checkpoint(size)], bad: size };
  },
  'a record is rewritten with the stolen key of the leaves': async (log, draw) => {
    const i = draw(0, log.size);
    const entries = log.entries.with(i, entryOf(i, edited(at(log.entries, i))));
    const sizes = [draw(0, log.size), draw(0, log.size)];
    const kept = await Promise.all(sizes.map((size) => log.checkpoint(size)));
    const bad = Math.max(0, ...sizes.filter((size) => size <= i));
    return { lines: exportOf(entries, await log.checkpoint()), kept, bad };
  },
  'the log is rewritten with the stolen keys of leaves and log': async (log, draw) => {
    const i = draw(0, log.size);
    const forged = log.forge(i, edited(at(log.entries, i)));
    const [before, after] = [draw(0, i + 1), draw(i + 1, log.size + 1)];
    const kept = [await log.checkpoint(after), await log.checkpoint(before)];
    return { lines: exportOf(forged.entries, await forged.checkpoint()), kept, bad: before };
  },
  'a record of the workspace is left out': ofEntries((entries, i) => {
    const own = at(entries, i).record ? i : i - 1;
    return [entries.with(own, withoutRecord(at(entries, own))), own];
  }),
  'a leaf is said to be of another workspace': ofEntries((entries, i) => {
    const tag = leafTag(otherTagKey, origin, i);
    const own = at(entries, i).record ? i : i - 1;
    return [entries.with(own, { ...withoutRecord(at(entries, own)), tag }), own];
  }),
  'a record of another workspace is shown': ofEntries((entries, i) => [
    entries.with(i, entryOf(i, recordOf(i), { tagKey: otherTagKey })),
    i,
  ]),
  'a record that was forged before it came into the tree': ofEntries((entries, i) => [
    entries.with(i, entryOf(i, recordOf(i), { genuine: false })),
    i,
  ]),
  'a record that was forged is called genuine': ofEntries((entries, i) => [
    entries.with(i, { ...entryOf(i, recordOf(i), { genuine: false }), genuine: true }),
    i,
  ]),
  'the header is for another workspace': async (log) => {
    const lines = exportOf(log.entries, await log.checkpoint(), log.size, { tagKey: otherTagKey });
    return { lines, kept: [], bad: 0 };
  },
  'the header names another workspace': async (log) => {
    const lines = exportOf(log.entries, await log.checkpoint(), log.size, { reader: 'another' });
    return { lines, kept: [], bad: 0 };
  },
  'records wait for a head that never comes': async (log) => {
    const lines = exportOf(log.entries, await log.checkpoint(), log.size, { behind: 2 });
    return { lines, kept: [], bad: log.size };
  },
  'the origin is changed': async (log) => {
    const lines = exportOf(log.entries, await log.checkpoint());
    return { lines: lines.with(0, (lines[0] as string).replace('assay.', 'essay.')), kept: [], bad: 0 };
  },
  'the file ends inside a line': async (log, draw) => {
    const lines = exportOf(log.entries, await log.checkpoint());
    const last = draw(0, lines.length);
    const line = lines[last] as string;
    const bad = Math.max(0, last - 1);
    return { lines: [...lines.slice(0, last), line.slice(0, draw(1, line.length))], kept: [], bad };
  },
  'one character of a record line is altered': async (log, draw) => {
    const lines = exportOf(log.entries, await log.checkpoint());
    const i = draw(0, log.size);
    return { lines: lines.with(i + 1, altered(lines[i + 1] as string, draw)), kept: [], bad: i };
  },
  'one character of header or checkpoint is altered': async (log, draw) => {
    const lines = exportOf(log.entries, await log.checkpoint());
    const i = draw(0, 2) * (lines.length - 1);
    return { lines: lines.with(i, altered(lines[i] as string, draw)), kept: [], bad: null };
  },
  "somebody else's signature stands alone": async (log) => {
    const note = (await log.checkpoint(log.size, [logKey, strangerLog]))
      .split('\n')
      .toSpliced(-3, 1)
      .join('\n');
    return { lines: exportOf(log.entries, note), kept: [], bad: 0 };
  },
};

/** Flips one bit of one character, so that the line says something else: `\\u001F` says what `\\u001f` does. */
function altered(line: string, draw: Draw): string {
  for (;;) {
    const i = draw(0, line.length);
    const code = line.charCodeAt(i) ^ (2 ** draw(0, 7));
    const other = line.slice(0, i) + String.fromCharCode(code) + line.slice(i + 1);
    if (other.isWellFormed() && !other.includes('\n') && meaning(other) !== meaning(line)) return other;
  }
}

function meaning(line: string): string {
  try {
    return JSON.stringify(JSON.parse(line));
  } catch {
    return 'no JSON';
  }
}
