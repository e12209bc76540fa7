import { distance } from 'fastest-levenshtein';

/** Shorter names are a letter apart by chance. */
const shortest = 5;

/** Letters and digits that a hurried reader takes for each other; hyphens are overlooked. */
function skeleton(name: string): string {
  return name
    .replace(/-/g, '')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/0/g, 'o')
    .replace(/[1i]/g, 'l')
    .replace(/5/g, 's');
}

/** The name among those known that this one could be taken for, without being it. */
export function lookAlike(name: string, known: readonly string[]): string | undefined {
  const own = skeleton(name);
  return known.find((other) => {
    if (other === name) return false;
    const theirs = skeleton(other);
    return own === theirs || (Math.min(name.length, other.length) >= shortest && distance(own, theirs) <= 1);
  });
}
