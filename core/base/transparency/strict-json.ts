/** Bytes of the longest line that is read; a record is far below. */
export const maxJsonBytes = 1_048_576;
/** Objects and lists inside each other. */
export const maxJsonDepth = 32;
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/**
 * JSON that every reader takes the same way: no name twice in an object, whole numbers up to 2^53-1 only, names in
 * ASCII, text that is Unicode, at most 32 levels. Undefined for anything else. `JSON.parse` keeps the last of two equal
 * names where another parser keeps the first, so that two readers of one line could see two records.
 */
export function parseStrictJson(text: string): unknown {
  if (Buffer.byteLength(text) > maxJsonBytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isStrict(text) ? value : undefined;
}

/** The rules that `JSON.parse` does not know, over text that it took. */
function isStrict(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let before = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && !isNewName(before, open.at(-1))) return false;
    else if (token.startsWith('"') && !(JSON.parse(token) as string).isWellFormed()) return false;
    else if (/^[-0-9]/.test(token) && !isWhole(token)) return false;
    if (open.length > maxJsonDepth) return false;
    before = token;
  }
  return true;
}

function isNewName(token: string, names: Set<string> | undefined): boolean {
  const name = JSON.parse(token) as string;
  if (names === undefined || names.has(name) || !/^[\x20-\x7e]*$/.test(name)) return false;
  names.add(name);
  return true;
}

const isWhole = (token: string): boolean => /^-?[0-9]+$/.test(token) && Number.isSafeInteger(Number(token));
