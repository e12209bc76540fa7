/** R's parser takes no longer text with an escape in it (10,000); longer ones are put together from pieces. */
const pieceLength = 5000;

/** A JSON string as an R string: ASCII only, every other character escaped, so that no encoding can change it. */
function text(value: string): string {
  const characters = [...value];
  if (characters.length <= pieceLength) return piece(characters);
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += pieceLength)
    pieces.push(piece(characters.slice(at, at + pieceLength)));
  return `paste0(${pieces.join(',')})`;
}

function piece(characters: readonly string[]): string {
  let out = '"';
  for (const character of characters) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0 || (code >= 0xd800 && code <= 0xdfff))
      throw new RangeError('a text holds a character that R cannot have');
    if (character === '"' || character === '\\') out += `\\${character}`;
    else if (code >= 32 && code < 127) out += character;
    else out += `\\U{${code.toString(16)}}`;
  }
  return `${out}"`;
}

/**
 * JSON as an R expression made of `list`, strings, numbers, TRUE, FALSE and NULL alone: it can be evaluated in the base
 * environment without anything of the data becoming code. Arrays and objects become lists.
 * @throws RangeError for NUL and lone surrogates, which R strings cannot hold
 */
export function toRLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'NULL';
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `list(${value.map(toRLiteral).join(',')})`;
  const members = Object.entries(value as object).filter(([, v]) => v !== undefined);
  if (members.length === 0) return 'structure(list(), names = character())';
  // Names are set from strings rather than written as argument names: any text can be a name then.
  const names = members.map(([name]) => text(name)).join(',');
  return `structure(list(${members.map(([, v]) => toRLiteral(v)).join(',')}), names = c(${names}))`;
}
