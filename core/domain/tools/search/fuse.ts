import type { Likeness } from './rank.ts';

/**
 * How little the first places stand out. The method's authors took 60 for lists of a thousand; these have tens, of which the first
 * few matter (chosen on every other question of `test/search`, held against the rest).
 */
const k = 2;

type Measure = 'words' | 'sentence' | 'letters';
const measures: readonly Measure[] = ['words', 'sentence', 'letters'];
/** Letters in common by chance. */
const least: Readonly<Record<Measure, number>> = { words: 0, sentence: 0, letters: 0.3 };

/** Places from 1 on; equals share theirs, and what is not above the least has none. */
function placesBy(measure: Measure, all: readonly Likeness[]): ReadonlyMap<string, number> {
  const values = all.map((each) => each[measure]);
  return new Map(
    all
      .filter((each) => each[measure] > least[measure])
      .map((each) => [each.tool, 1 + values.filter((value) => value > each[measure]).length]),
  );
}

export interface Fused {
  readonly tool: string;
  readonly score: number;
  readonly phrase: string | null;
}

/**
 * One order out of three, by reciprocal rank (Cormack, Clarke & Buettcher, 2009, doi 10.1145/1571941.1572114): whatever their
 * scales, each counts by its places alone.
 */
export function fuseRanks(all: readonly Likeness[]): Fused[] {
  const lists = measures.map((measure) => placesBy(measure, all));
  return all
    .map(({ tool, phrase }) => {
      const places = lists.flatMap((list) => list.get(tool) ?? []);
      return { tool, phrase, score: places.reduce((sum, place) => sum + 1 / (k + place), 0) };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.tool < b.tool ? -1 : 1));
}
