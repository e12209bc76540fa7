/** Steps from one word to another: letters put in, taken out or exchanged. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(exchange, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

/** The word that was most likely meant; undefined where none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  // Longer words are no words of ours, and comparing them takes time.
  if (word.length > 80) return undefined;
  const [best] = words
    .map((other) => ({ other, steps: distance(word.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(2, word.length / 3) ? best.other : undefined;
}
