import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ToolStop } from '../process/program.ts';

export type Row = Readonly<Record<string, unknown>>;

/** DuckDB, reading and writing inside one folder and nowhere else. */
export interface Engine {
  readonly connection: DuckDBConnection;
  /** Rows as objects; whole numbers beyond 32 bits come as `bigint`. */
  rows(sql: string): Promise<readonly Row[]>;
  close(): void;
}

/** DuckDB said no. Its own words may hold values of the data, so they are kept apart, as `cause`. */
export class EngineError extends Error {
  constructor(cause: Error) {
    const kind = /^[A-Z][A-Za-z ]{1,40} Error/.exec(cause.message)?.[0] ?? 'Error';
    super(`DuckDB stopped with: ${kind}`, { cause });
    this.name = 'EngineError';
  }
}

/** A refusal where the disk is full, whoever found it so; any other error as it is. */
export function translateDisk(error: unknown): unknown {
  const full =
    (error as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC' ||
    (error instanceof EngineError && /No space left on device|ENOSPC/i.test(String(error.cause)));
  if (!full) return error;
  return new ToolStop({
    class: 'resource',
    code: 'DISK_FULL',
    message: 'The disk has no room left for reading the file.',
    hint: 'Reading a file takes up to four times its size on the disk while it lasts.',
  });
}

/** What an error of DuckDB means to the run. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (/^Out of Memory Error/.test(error.message))
    return new ToolStop({
      class: 'resource',
      code: 'OOM',
      message: 'The table needs more memory than reading it may use.',
      hint: 'Split the file, or leave out columns that are not needed.',
    });
  return new EngineError(error);
}

/** Runs what asks DuckDB, and translates its errors. */
export async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translate(error);
  }
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier; whatever it holds, it ends at the closing quote. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Opens DuckDB in memory and locks it down: no extensions, no files but those of the folder, no way back.
 * @param folder for the files to read and write, and for what does not fit the memory
 */
export async function openEngine(folder: string, memoryMb: number): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const settings = [
    'threads = 2',
    `memory_limit = '${Math.floor(memoryMb)}MiB'`,
    `temp_directory = ${literal(`${folder}/spill`)}`,
    "TimeZone = 'UTC'",
    'preserve_insertion_order = true',
    'parquet_metadata_cache = true',
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'allow_community_extensions = false',
    `allowed_directories = [${literal(`${folder}/`)}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ];
  for (const setting of settings) await connection.run(`SET ${setting}`);
  return {
    connection,
    rows: (sql) => asking(async () => (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[]),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
