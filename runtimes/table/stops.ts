import { ToolStop } from '../process/program.ts';

export interface Place {
  /** 1-based, the header is row 1. */
  readonly row?: number;
  /** Name of the column, or its 1-based position where it has none. */
  readonly column?: string | number;
  /** Values in the row, and how many there should be. */
  readonly found?: number;
  readonly expected?: number;
}

/** A name as it may stand in a message: short, on one line. */
export function shown(name: string): string {
  const line = name.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}

/** A refusal of the file: what is wrong, where, and what would be right. Never carries a value of the data. */
export function refuse(code: string, message: string, where: Place = {}, hint?: string): ToolStop {
  const place: Record<string, string | number> = { ...where };
  if (typeof where.column === 'string') place.column = where.column.slice(0, 300);
  return new ToolStop({
    class: 'data',
    code,
    message: message.slice(0, 2000),
    ...(Object.keys(place).length > 0 ? { where: place } : {}),
    ...(hint ? { hint: hint.slice(0, 500) } : {}),
  });
}
