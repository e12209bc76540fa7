import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

/** A text as it could stand in a file or a row: as it is, in hex, and in base64 wherever it begins. */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first and the last characters also hold bits of what stands beside it.
    return encoded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [text, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64];
}

const holds = (bytes: Buffer, text: string): boolean => formsOf(text).some((form) => bytes.includes(form));

/** Every file below a folder that holds one of the texts, in any form. */
export async function filesWith(directory: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    for (const text of texts) if (holds(bytes, text)) found.push(`${file}: ${text}`);
  }
  return found;
}

/** Every table of every schema with a row that holds one of the texts, in any form: files may keep rows compressed. */
export async function tablesWith(
  ownerUrl: string,
  texts: readonly string[],
): Promise<{ readonly found: string[]; readonly rows: number }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const found = new Set<string>();
  let count = 0;
  try {
    const { rows: tables } = await client.query(`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`);
    for (const { name } of tables) {
      const { rows } = await client.query(`select row_to_json(t)::text as row from ${name} t`);
      count += rows.length;
      for (const { row } of rows)
        for (const text of texts) if (holds(Buffer.from(row), text)) found.add(`${name}: ${text}`);
    }
  } finally {
    await client.end();
  }
  return { found: [...found], rows: count };
}
