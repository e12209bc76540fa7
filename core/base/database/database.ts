import { AssayError } from '@assay/sdk';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { type Listener, listenOn } from './listen.ts';
import type { Tables } from './tables.ts';

/** A query object; it exists only inside `withWorkspace` and `withoutWorkspace`. */
export type Query = Transaction<Tables>;

/** A query that each connection prepares once and then runs by its name; `$1` is the workspace. */
export interface Prepared<Row> {
  readonly name: string;
  readonly text: string;
  /** Never there; it carries the type of a row. */
  readonly row?: Row;
}

/** As the driver takes it; one with a name is prepared once a connection. */
export interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: unknown[];
}

export interface Database {
  /**
   * The only way to rows of a workspace: a transaction in which Postgres shows and takes rows of that workspace
   * alone (row-level security), whatever the query says.
   */
  withWorkspace<T>(workspace: string, work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * The same for one question that is asked often, in one round trip: a function of the database that takes the
   * workspace as its first argument and sets it before it looks (`0002-recall`).
   */
  readRows<Row>(workspace: string, query: Prepared<Row>, values: readonly string[]): Promise<Row[]>;
  /**
   * The same where accounts, sessions and memberships are dealt with, which no other transaction sees: those of every
   * workspace. For `domain/identity` and `domain/workspaces` alone. The workspace is where it is recorded; none where
   * nothing is.
   */
  withPeople<T>(workspace: string | null, work: (query: Query) => Promise<T>): Promise<T>;
  /** A transaction outside every workspace: it sees no rows of any, and calls the `assay.*` look-up functions. */
  withoutWorkspace<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * One statement in one round trip, for tables that belong to no workspace (`base/limits`): none is set, so of any
   * workspace's rows it sees nothing.
   */
  runStatement(statement: Statement): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
  /** Hears notifications, also again after the connection was lost. */
  listen(channel: string, handler: (payload: string) => void): Promise<Listener>;
  /** @throws AssayError `database.unavailable` */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function requireUuid(workspace: string): void {
  if (!uuid.test(workspace)) throw new TypeError('a workspace is named by a uuid');
}

/** Postgres error classes that mean the server went away or is not there, and Node's own for the same. */
const gone = /^(08|57P0|53300)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;

const diskFull = '53100';

/** True where the same work may succeed once the database is back. */
export function isDatabaseGone(error: unknown): boolean {
  if (AssayError.is(error, 'database.unavailable')) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && gone.test(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/.test(
    error.message,
  );
}

function unavailable(cause: unknown): AssayError {
  return new AssayError(
    'database.unavailable',
    'The database cannot be reached at the moment; try again shortly.',
    {
      cause,
      retryAfter: 2,
    },
  );
}

export function connect(options: DatabaseOptions): Database {
  const connection = {
    connectionString: options.url,
    application_name: options.applicationName,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    options: '-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000',
  };
  const pool = new pg.Pool({
    ...connection,
    max: options.poolSize,
    query_timeout: 35_000,
    idleTimeoutMillis: 30_000,
  });
  // An idle connection that breaks reports here; without a listener it would end the process.
  // One that was closed may still hear that the server goes: that is nobody's trouble any more.
  let closed = false;
  pool.on('error', (error) => {
    if (!closed) options.onError(error);
  });
  // One that breaks while it is in use tells the query that waits for it; between two queries of a transaction nobody
  // else listens, and an unheard error would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });

  async function told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AssayError) throw error;
      if ((error as { code?: unknown }).code === diskFull)
        throw new AssayError('storage.full', 'No room to write: the disk of the database is full.', {
          cause: error,
        });
      throw isDatabaseGone(error) ? unavailable(error) : error;
    }
  }

  const transact = <T>(workspace: string, work: (query: Query) => Promise<T>): Promise<T> =>
    told(() =>
      kysely.transaction().execute(async (query) => {
        await sql`select set_config('app.ws', ${workspace}, true)`.execute(query);
        return work(query);
      }),
    );

  return {
    withWorkspace(workspace, work) {
      requireUuid(workspace);
      return transact(workspace, work);
    },
    readRows(workspace, query, values) {
      requireUuid(workspace);
      return told(async () => (await pool.query({ ...query, values: [workspace, ...values] })).rows);
    },
    withPeople(workspace, work) {
      if (workspace !== null) requireUuid(workspace);
      return transact(workspace ?? '', async (query) => {
        await sql`select set_config('app.people', 'on', true)`.execute(query);
        return work(query);
      });
    },
    withoutWorkspace: (work) => transact('', work),
    runStatement: ({ name, text, values }) =>
      told(() => pool.query({ ...(name === undefined ? {} : { name }), text, values })),
    listen: (channel, handler) => listenOn(connection, channel, handler, options.onError),
    async check() {
      await transact('', (query) => sql`select 1`.execute(query));
    },
    close() {
      closed = true;
      return kysely.destroy();
    },
  };
}
