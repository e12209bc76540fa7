import { distance } from 'fastest-levenshtein';

/** The word that was most likely meant; undefined where none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  // Longer words are no words of ours, and comparing them takes time.
  if (word.length > 80) return undefined;
  const [best] = words
    .map((other) => ({ other, steps: distance(word.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(2, word.length / 3) ? best.other : undefined;
}
