import type { Engine } from './engine.ts';
import { limits } from './limits.ts';
import { refuse } from './stops.ts';

/**
 * Looks for texts that no other part of the product can carry, in formats whose text is not scanned byte by byte.
 * @throws ToolStop `NUL_BYTE`, `CELL_TOO_LONG`
 */
export async function checkTexts(
  engine: Engine,
  from: string,
  columns: readonly { readonly name: string; readonly sql: string }[],
): Promise<void> {
  const nul = (v: string) => `contains(${v}, chr(0))`;
  const long = (v: string) => `strlen(${v}) > ${limits.cell}`;
  if (columns.length === 0) return;
  const any = columns.map(({ sql }) => `${nul(sql)} OR ${long(sql)}`).join(' OR ');
  const [found] = await engine.rows(`SELECT count(*) AS n FROM ${from} WHERE ${any}`);
  if (Number(found?.n) === 0) return;
  for (const { name, sql } of columns) {
    const [row] = await engine.rows(
      `SELECT min(i) FILTER (${nul('v')}) AS nul, min(i) FILTER (${long('v')}) AS long
       FROM (SELECT row_number() OVER () AS i, ${sql} AS v FROM ${from})`,
    );
    const where = (n: unknown) => ({ row: Number(n), column: name });
    if (row?.nul != null)
      throw refuse(
        'NUL_BYTE',
        `The text in row ${row.nul} has a NUL character.`,
        where(row.nul),
        'Remove it.',
      );
    if (row?.long != null)
      throw refuse('CELL_TOO_LONG', `The value in row ${row.long} is longer than 1 MB.`, where(row.long));
  }
}
