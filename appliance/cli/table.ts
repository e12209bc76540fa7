import { clean, type Terminal } from './terminal.ts';

export type Cell = string | number | boolean | null | undefined;

/** Whole numbers whole, others with six significant digits; the report has all of them. */
export function showNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const short = Number(value.toPrecision(6));
  return Math.abs(short) < 1e-4 ? Number(value.toPrecision(4)).toExponential() : String(short);
}

function show(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return clean(typeof cell === 'number' ? showNumber(cell) : String(cell)).replace(/[\n\t]/g, ' ');
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1).toWellFormed()}…` : text;
}

const gap = 2;
const widest = 200;
const narrowest = 12;

function isNumeric(cells: readonly Cell[]): boolean {
  const known = cells.filter((cell) => cell !== null && cell !== undefined);
  return known.length > 0 && known.every((cell) => typeof cell === 'number');
}

interface Layout {
  readonly right: boolean;
  /** Characters that the column gets. */
  room: number;
  /** Characters that it cannot do without: a number that is cut is another number. */
  readonly least: number;
}

function lineLength(layouts: readonly Layout[]): number {
  return layouts.reduce((sum, { room }) => sum + room + gap, -gap);
}

/** Fits columns into a line: the widest give way as far as they can, then the last are left out. */
function fit(needed: readonly Layout[], width: number): Layout[] {
  const layouts = needed.map((layout) => ({ ...layout }));
  for (let over = lineLength(layouts) - width; over > 0; over = lineLength(layouts) - width) {
    const [most] = layouts
      .filter(({ room, least }) => room > least)
      .sort((a, b) => b.room - b.least - (a.room - a.least));
    if (most) most.room = Math.max(most.room - over, most.least);
    else if (layouts.length > 1) layouts.pop();
    else break;
  }
  return layouts;
}

function layOut(texts: readonly (readonly string[])[], column: number, right: boolean): Layout {
  const lengths = texts.map((row) => row[column]?.length ?? 0);
  const room = Math.min(Math.max(...lengths), widest);
  return { right, room, least: right ? Math.max(...lengths.slice(1)) : Math.min(room, narrowest) };
}

function renderRow(row: readonly string[], layouts: readonly Layout[]): string {
  const cells = layouts.map(({ right, room }, i) => {
    const cell = cut(row[i] ?? '', room);
    return right ? cell.padStart(room) : cell.padEnd(room);
  });
  return cells.join(' '.repeat(gap)).trimEnd();
}

/** Columns under their headings; numbers stand to the right. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width, colors }: Pick<Terminal, 'width' | 'colors'>,
): string {
  const texts = [headings, ...rows].map((row) => headings.map((_, i) => show(row[i])));
  const needed = headings.map((_, i) => layOut(texts, i, isNumeric(rows.map((row) => row[i]))));
  const layouts = fit(needed, width);
  const lines = texts.map((row) => renderRow(row, layouts));
  const left = headings.length - layouts.length;
  return [
    ...lines.map((line, i) => (i === 0 ? colors.dim(line) : line)),
    ...(left > 0
      ? [colors.dim(`… ${left} more ${left === 1 ? 'column' : 'columns'}: the line is too short`)]
      : []),
  ].join('\n');
}

/** `name  value` lines; what is undefined is left out. */
export function renderFacts(facts: readonly (readonly [string, Cell])[]): string {
  const known = facts.filter(([, value]) => value !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${show(value)}`).join('\n');
}
