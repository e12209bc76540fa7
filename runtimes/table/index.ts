import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Prestart, processRuntime } from '@assay/runtime-process';
import type { Runtime } from '@assay/sdk';

const root = path.resolve(import.meta.dirname, '../..');

/** Versions of the engine and of the writer of Arrow: this room pins them exactly. */
async function readVersions(): Promise<{ duckdb: string; arrow: string }> {
  const text = await readFile(path.join(import.meta.dirname, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  return { duckdb: dependencies['@duckdb/node-api'] ?? '', arrow: dependencies['apache-arrow'] ?? '' };
}

async function readVersion(): Promise<string> {
  const { duckdb } = await readVersions();
  return `DuckDB ${duckdb.replace(/-r\.\d+$/, '')}`;
}

/** What decides how a file is read: the engine, the writer and our files around them. */
async function digestImage(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(await readVersions()));
  const files = (await readdir(import.meta.dirname)).filter(
    (f) => f.endsWith('.ts') && !f.endsWith('.test.ts'),
  );
  for (const file of files.sort())
    hash.update(`\n${file}\n`).update(await readFile(path.join(import.meta.dirname, file)));
  return `sha256:${hash.digest('hex')}`;
}

export interface TableOptions extends Prestart {
  readonly isolation: 'auto' | 'required';
  /** Folder for the files of a run while it lasts: the upload, what is made of it, what does not fit the memory. */
  readonly scratchRoot: string;
}

/** DuckDB: reads an upload, says what is in it, and writes it as Parquet and Arrow. Single use, started ahead. */
export function tableRuntime(options: TableOptions): Runtime {
  return processRuntime({
    ...options,
    name: 'table',
    version: readVersion,
    image: digestImage,
    program: new URL('./child.ts', import.meta.url),
    readOnly: ['node_modules', 'core/sdk', 'runtimes/process', 'runtimes/table', 'package.json'].map((part) =>
      path.join(root, part),
    ),
  });
}
