import type { ColumnProfile } from '@assay/sdk';

/** Letters and digits of any script, in small letters. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Values shorter than this stand in a sentence by chance. */
const shortestValue = 4;

function stands(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length === 0) return false;
  return whole.some((_, i) => part.every((word, j) => sameWord(word, whole[i + j])));
}

/** The same word, also in the plural. */
function sameWord(word: string, other: string | undefined): boolean {
  return other !== undefined && (word === other || `${word}s` === other || word === `${other}s`);
}

/** Whether a question speaks of a column: by its name, or by one of its values (`placebo`). */
export function isNamed({ name, levels = [] }: ColumnProfile, question: string): boolean {
  const asked = wordsOf(question);
  return (
    stands(wordsOf(name), asked) ||
    levels.some((level) => level.length >= shortestValue && stands(wordsOf(level), asked))
  );
}
