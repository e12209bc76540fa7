import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../../../test/postgres.ts';
import { prepareQueue } from '../queue/index.ts';
import { prepareDatabase } from './index.ts';

const first = '00000000-0000-4000-8000-00000000000a';
const second = '00000000-0000-4000-8000-00000000000b';

/** A value of a type, another one each time: rows only have to be there. */
const values: Readonly<Record<string, string>> = {
  uuid: 'gen_random_uuid()',
  text: 'gen_random_uuid()::text',
  bytea: 'decode(md5(random()::text), $$hex$$)',
  jsonb: "'{}'::jsonb",
  bigint: '(random() * 1e15)::bigint',
  integer: '(random() * 1e9)::integer',
  smallint: '1',
  numeric: '1',
  boolean: 'false',
  'double precision': '1',
  'timestamp with time zone': 'now()',
  'timestamp without time zone': 'now()',
  ARRAY: "'{}'",
};

interface Column {
  readonly name: string;
  readonly type: string;
}

describe('two workspaces in every table, as each role sees them', () => {
  let postgres: TestPostgres;
  let owner: pg.Client;
  const tables = new Map<string, Column[]>();
  before(async () => {
    postgres = await startTestPostgres();
    await prepareDatabase({ ownerUrl: postgres.ownerUrl, also: prepareQueue });
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query(`
      select c.table_name as table, c.column_name as name, c.data_type as type
        from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where table_schema = 'assay' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
         and c.identity_generation is null
         and exists (select from information_schema.columns o where o.table_schema = 'assay'
                      and o.table_name = c.table_name and o.column_name = 'workspace_id')`);
    for (const { table, name, type } of rows)
      tables.set(table, [...(tables.get(table) ?? []), { name, type }]);
    await owner.query("set session_replication_role = 'replica'");
    const { rows: checks } = await owner.query(`
      select conrelid::regclass as table, conname as name from pg_constraint
       where connamespace = 'assay'::regnamespace and contype in ('c', 'f')`);
    for (const { table, name } of checks) await owner.query(`alter table ${table} drop constraint "${name}"`);
    for (const workspace of [first, second]) {
      await owner.query('insert into assay.workspace (id, name) values ($1, $2)', [workspace, workspace]);
      for (const table of tables.keys()) await owner.query(insertOf(table), [workspace]);
    }
  });
  after(async () => {
    await owner?.end();
    await postgres?.stop();
  });

  function insertOf(table: string): string {
    const columns = tables.get(table) ?? [];
    const list = columns.map(({ name, type }) => {
      if (name === 'workspace_id') return '$1';
      const value = values[type];
      assert.ok(value, `${table}.${name} is ${type}`);
      return value;
    });
    return `insert into assay.${table} (${columns.map(({ name }) => `"${name}"`).join(', ')}) values (${list.join(', ')})`;
  }

  /** Does something as a role in a workspace, and takes it back. */
  async function as<T>(role: string, workspace: string, work: () => Promise<T>): Promise<T> {
    await owner.query('begin');
    try {
      await owner.query(`set local role ${role}`);
      await owner.query("select set_config('app.ws', $1, true)", [workspace]);
      return await work();
    } finally {
      await owner.query('rollback');
    }
  }
  const may = async (role: string, table: string, privilege: string) =>
    (await owner.query('select has_table_privilege($1, $2, $3) as may', [role, `assay.${table}`, privilege]))
      .rows[0].may;
  const mayUpdate = async (role: string, table: string) =>
    (
      await owner.query('select has_column_privilege($1, $2, $3, $4) as may', [
        role,
        `assay.${table}`,
        'workspace_id',
        'update',
      ])
    ).rows[0].may;

  for (const role of ['assay_api', 'assay_worker'])
    test(`${role}: reads, writes and removes rows of its workspace and of no other`, async () => {
      let read = 0;
      let denied = 0;
      for (const table of tables.keys()) {
        if (!(await may(role, table, 'select'))) continue;
        const seen = (workspace: string) =>
          as(role, workspace, async () => {
            const { rows } = await owner.query(`select distinct workspace_id as id from assay.${table}`);
            return rows.map(({ id }) => id);
          });
        // People's tables are seen by who signs people in, and by nobody else.
        const own = await seen(first);
        assert.ok(own.length <= 1 && own.every((id) => id === first), `${table}: ${own}`);
        if (own.length === 1) read += 1;
        assert.deepEqual(await seen(''), [], `${table} without a workspace`);
        if (await may(role, table, 'delete'))
          await as(role, first, async () => {
            const { rows } = await owner.query(`delete from assay.${table} returning workspace_id as id`);
            assert.ok(
              rows.every(({ id }) => id === first),
              `${table}: deleted of another`,
            );
          });
        if (own.length === 1 && (await mayUpdate(role, table)))
          await assert.rejects(
            as(role, first, () => owner.query(`update assay.${table} set workspace_id = $1`, [second])),
            /row-level security|permission denied/,
            `${table}: moved into another`,
          );
        if (await may(role, table, 'insert')) {
          await assert.rejects(
            as(role, first, () => owner.query(insertOf(table), [second])),
            /row-level security/,
            `${table}: inserted into another`,
          );
          denied += 1;
        }
      }
      assert.ok(read >= 12, `${read} tables show their workspace`);
      assert.ok(denied >= 5, `${denied} tables take rows`);
    });

  test('the queue: both roles have its rows, nobody else has anything, and nobody may change its tables', async () => {
    const { rows } = await owner.query(`
      select grantee as role, table_name as name, string_agg(privilege_type, ' ' order by privilege_type) as what
        from information_schema.role_table_grants
       where table_schema not in ('assay', 'pg_catalog', 'information_schema', 'public') and grantee <> current_user
       group by 1, 2`);
    assert.ok(rows.length >= 10);
    assert.deepEqual([...new Set(rows.map(({ role }) => role))].sort(), ['assay_api', 'assay_worker']);
    assert.deepEqual([...new Set(rows.map(({ what }) => what))], ['DELETE INSERT SELECT UPDATE']);
    const { rows: schemas } = await owner.query(`
      select nspname as name, r.rolname as role from pg_namespace n cross join pg_roles r
       where r.rolname in ('assay_api', 'assay_worker', 'assay_auditor')
         and has_schema_privilege(r.oid, n.oid, 'create') and nspname not like 'pg\\_temp%'`);
    assert.deepEqual(schemas, []);
  });
});
