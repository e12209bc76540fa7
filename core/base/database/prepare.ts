import { randomBytes } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { migrations } from './migrations/index.ts';

export interface PrepareOptions {
  /** A role that may create schemas and roles; used here and nowhere else. */
  readonly ownerUrl: string;
  /** Further set-up by the owner in the same sitting: the queue's tables. */
  readonly also?: (ownerUrl: string) => Promise<void>;
}

export interface PreparedDatabase {
  readonly apiUrl: string;
  readonly workerUrl: string;
}

const roles = ['assay_api', 'assay_worker'] as const;

/** One preparation at a time, over all hosts. */
const prepareLock = 7_218_301_121;

/** Makes the two database roles with a fresh password each; passwords live in memory only. */
async function makeRoles(client: pg.Client): Promise<Record<(typeof roles)[number], string>> {
  const passwords = { assay_api: '', assay_worker: '' };
  for (const role of roles) {
    passwords[role] = randomBytes(24).toString('base64url');
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    const verb = rowCount === 0 ? 'create' : 'alter';
    // A role's password cannot be a parameter; it is base64url of our own making, so it needs no quoting.
    await client.query(
      `${verb} role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls noreplication password '${passwords[role]}'`,
    );
  }
  // Whom a site lets read the audit trail of all workspaces is granted this one; nobody signs in with it.
  await client.query(
    `do $$ begin create role assay_auditor nologin nosuperuser nocreatedb nocreaterole nobypassrls noreplication;
       exception when duplicate_object then null; end $$`,
  );
  return passwords;
}

function withRole(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

async function migrate(ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  // A query that breaks says so itself; an idle connection that breaks must not end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableName: 'assay_migration',
      migrationLockTableName: 'assay_migration_lock',
    });
    const known = new Set(Object.keys(migrations));
    const unknown = (await migrator.getMigrations()).filter((m) => m.executedAt && !known.has(m.name));
    if (unknown.length > 0)
      throw new AssayError(
        'config.invalid',
        `The database was made by a newer Assay (${unknown[0]?.name}); start that version, or restore an older backup.`,
      );
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  } finally {
    await db.destroy();
  }
}

/**
 * Brings the database to the shape that this version needs, and makes the roles of api and worker.
 * Safe to call again and by several at once.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<PreparedDatabase> {
  const client = new pg.Client({ connectionString: options.ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [prepareLock]);
    const passwords = await makeRoles(client);
    await migrate(options.ownerUrl);
    await options.also?.(options.ownerUrl);
    return {
      apiUrl: withRole(options.ownerUrl, 'assay_api', passwords.assay_api),
      workerUrl: withRole(options.ownerUrl, 'assay_worker', passwords.assay_worker),
    };
  } finally {
    await client.end();
  }
}
