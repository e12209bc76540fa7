import { limits } from './limits.ts';
import { refuse, shown } from './stops.ts';

const separators = /[\t\n\r]/g;

function hasControl(name: string): boolean {
  return /\p{Cc}/u.test(name.replace(separators, ''));
}

/** How many columns there are is checked before their names are kept. */
export function checkColumnCount(count: number): void {
  if (count > limits.columns)
    throw refuse(
      'TOO_MANY_COLUMNS',
      `The file has ${count} columns; at most ${limits.columns} can be read.`,
      { row: 1 },
      'Leave out columns that are not needed, or turn columns that repeat one quantity into rows.',
    );
}

/**
 * Checks the names of the columns and removes blanks around them.
 * @throws ToolStop `EMPTY_COLUMN_NAME`, `BAD_COLUMN_NAME`, `DUPLICATE_COLUMN`, `TOO_MANY_COLUMNS`
 */
export function checkNames(raw: readonly string[]): { names: string[]; trimmed: number } {
  checkColumnCount(raw.length);
  const seen = new Map<string, number>();
  let trimmed = 0;
  const names = raw.map((given, i) => {
    const name = given.trim();
    const position = i + 1;
    if (name === '')
      throw refuse(
        'EMPTY_COLUMN_NAME',
        `Column ${position} has no name.`,
        { row: 1, column: position },
        'Give every column a name in the first row. A delimiter at the end of each line makes such a column.',
      );
    if (hasControl(name) || !name.isWellFormed())
      throw refuse(
        'BAD_COLUMN_NAME',
        `The name of column ${position} has control characters.`,
        { row: 1, column: position },
        'Remove them; letters, digits, blanks and signs of any language are fine.',
      );
    if (name.length > limits.name)
      throw refuse(
        'BAD_COLUMN_NAME',
        `The name of column ${position} has ${name.length} characters; at most ${limits.name} are allowed.`,
        { row: 1, column: position },
        'Shorten it. If the first row holds data and not names, add a row with names before it.',
      );
    const first = seen.get(name);
    if (first !== undefined)
      throw refuse(
        'DUPLICATE_COLUMN',
        `Columns ${first} and ${position} are both called "${shown(name)}".`,
        { row: 1, column: name },
        'Rename one of them.',
      );
    seen.set(name, position);
    if (name !== given) trimmed += 1;
    return name;
  });
  return { names, trimmed };
}
