import { clean } from './terminal.ts';

export type Cell = string | number | boolean | null | undefined;

function show(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return clean(typeof cell === 'number' ? showNumber(cell) : String(cell)).replace(/[\n\t]/g, ' ');
}

/** Whole numbers whole, others with six significant digits; the report has all of them. */
export function showNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15
    ? String(value)
    : String(Number(value.toPrecision(6)));
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1).toWellFormed()}…` : text;
}

const widest = 60;
const widestLast = 200;

/** Columns under their headings; numbers stand to the right. */
export function renderTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cells = [headings, ...rows].map((row) =>
    headings.map((_, i) => cut(show(row[i]), i === headings.length - 1 ? widestLast : widest)),
  );
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const right = headings.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `name  value` lines; what is undefined is left out. */
export function renderFacts(facts: readonly (readonly [string, Cell])[]): string {
  const known = facts.filter(([, value]) => value !== undefined);
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${show(value)}`).join('\n');
}
