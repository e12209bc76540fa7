import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../../../test/postgres.ts';
import { connect, type Database, prepareDatabase } from './index.ts';

const noErrors = (error: Error) => {
  throw error;
};

describe('database', () => {
  let postgres: TestPostgres;
  let owner: pg.Client;
  let api: Database;
  let worker: Database;
  let workerUrl: string;
  const [first, second] = [randomUUID(), randomUUID()];

  before(async () => {
    postgres = await startTestPostgres();
    const urls = await prepareDatabase({ ownerUrl: postgres.ownerUrl });
    workerUrl = urls.workerUrl;
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
    api = connect({ url: urls.apiUrl, poolSize: 2, applicationName: 'test', onError: noErrors });
    worker = connect({ url: urls.workerUrl, poolSize: 2, applicationName: 'test', onError: noErrors });
    for (const [id, name] of [
      [first, 'first'],
      [second, 'second'],
    ]) {
      await owner.query('insert into assay.workspace (id, name) values ($1, $2)', [id, name]);
      await owner.query(
        "insert into assay.workspace_key (workspace_id, version, wrapped) values ($1, 1, '{}')",
        [id],
      );
    }
  });

  after(async () => {
    await api?.close();
    await worker?.close();
    await owner?.end();
    await postgres?.stop();
  });

  test('a single statement outside every workspace sees no rows of any', async () => {
    await api.withWorkspace(first, async () => undefined);
    for (const table of ['workspace', 'workspace_key', 'session', 'token', 'audit_record']) {
      const { rows } = await api.runStatement({ text: `select 1 from assay.${table}`, values: [] });
      assert.deepEqual(rows, [], table);
    }
    const { rows } = await api.runStatement({ name: 'echo', text: 'select $1::text as said', values: ['x'] });
    assert.deepEqual(rows, [{ said: 'x' }]);
    await assert.rejects(
      worker.runStatement({ text: 'select 1 from assay.rate_limit', values: [] }),
      /permission/,
    );
  });

  test('every table of a workspace forces row-level security and has a policy', async () => {
    const { rows } = await owner.query<{ name: string; forced: boolean; policies: string }>(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
             (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
       where c.relnamespace = 'assay'::regnamespace and c.relkind = 'r'`);
    assert.ok(rows.length >= 10);
    assert.deepEqual(
      rows.filter((r) => !r.forced || Number(r.policies) === 0),
      [],
    );
  });

  test('every reference between tables of a workspace carries the workspace', async () => {
    const { rows } = await owner.query<{ name: string; definition: string }>(`
      select conrelid::regclass || '.' || conname as name, pg_get_constraintdef(oid) as definition
        from pg_constraint where contype = 'f' and connamespace = 'assay'::regnamespace`);
    const loose = rows.filter(
      (r) =>
        !r.definition.includes('workspace_id') &&
        !/REFERENCES assay\.(principal|workspace)\(/.test(r.definition),
    );
    assert.deepEqual(loose, []);
  });

  test('a question in one round trip has the same wall, and leaves no workspace behind', async () => {
    const principal = randomUUID();
    const job = randomUUID();
    await owner.query("insert into assay.principal (id, kind, name) values ($1, 'user', 'someone')", [
      principal,
    ]);
    await owner.query(
      `insert into assay.job (workspace_id, id, principal_id, tool, version, plugin_digest, seed, request)
       values ($1, $2, $3, 'a/b', '1.0.0', 'sha256:', 1, '')`,
      [first, job, principal],
    );
    const byId = { name: 'test', text: 'select id from assay.job_by_id($1, $2)' };
    // More often than there are connections, so that each has been used for both.
    for (let i = 0; i < 6; i += 1) {
      assert.deepEqual(await api.readRows(first, byId, [job]), [{ id: job }]);
      assert.deepEqual(await api.readRows(second, byId, [job]), []);
      assert.deepEqual(
        await api.withoutWorkspace((query) => query.selectFrom('assay.job').select('id').execute()),
        [],
      );
    }
    const left = await api.readRows<{ ws: string }>(
      first,
      {
        name: 'left',
        text: "select coalesce(current_setting('app.ws', true), '') as ws where $1 <> ''",
      },
      [],
    );
    assert.deepEqual(left, [{ ws: '' }]);
    assert.throws(() => api.readRows("x'; select 1", byId, [job]), /uuid/);
  });

  test('a workspace sees and writes its own rows alone', async () => {
    for (const database of [api, worker]) {
      const seen = await database.withWorkspace(first, (query) =>
        query.selectFrom('assay.workspace_key').select('workspace_id').execute(),
      );
      assert.deepEqual(seen, [{ workspace_id: first }]);
      const named = await database.withWorkspace(first, (query) =>
        query.selectFrom('assay.workspace_key').selectAll().where('workspace_id', '=', second).execute(),
      );
      assert.deepEqual(named, []);
      const outside = await database.withoutWorkspace((query) =>
        query.selectFrom('assay.workspace_key').selectAll().execute(),
      );
      assert.deepEqual(outside, []);
    }
    const artifact = {
      workspace_id: second,
      id: randomUUID(),
      kind: 'test',
      media_type: 'text/plain',
      bytes: 1,
      digest: 'sha256:0',
      wrapped_key: '{}',
    };
    await assert.rejects(
      api.withWorkspace(first, (query) => query.insertInto('assay.artifact').values(artifact).execute()),
      /row-level security/,
    );
  });

  test('the setting does not outlive its transaction on a pooled connection', async () => {
    const single = connect({
      url: postgres.ownerUrl,
      poolSize: 1,
      applicationName: 'test',
      onError: noErrors,
    });
    try {
      await single.withWorkspace(first, async () => undefined);
      await single.withoutWorkspace(async (query) => {
        const { rows } = await (await import('kysely')).sql<{
          ws: string;
        }>`select current_setting('app.ws', true) as ws`.execute(query);
        assert.equal(rows[0]?.ws, '');
      });
    } finally {
      await single.close();
    }
  });

  test('audit records are written and never changed, by the owner neither', async () => {
    await owner.query("insert into assay.principal (id, kind, name) values ($1, 'user', 'x')", [first]);
    const record = {
      workspace_id: first,
      principal_id: first,
      action: 'test',
      subject_kind: 'test',
      subject_id: '1',
      outcome: 'succeeded' as const,
      request_id: '1',
      detail: '{}',
      mac: Buffer.alloc(32),
    };
    await api.withWorkspace(first, (query) =>
      query.insertInto('assay.audit_record').values(record).execute(),
    );
    for (const statement of [
      "update assay.audit_record set action = 'other'",
      'delete from assay.audit_record',
      'truncate assay.audit_record',
    ])
      await assert.rejects(owner.query(statement), /never changed or removed|truncate/);
    await assert.rejects(
      api.withWorkspace(first, (query) => query.deleteFrom('assay.audit_record').execute()),
      /permission denied/,
    );
  });

  test('roles have what their process needs: the api cannot touch runs, the worker no tokens', async () => {
    await assert.rejects(
      api.withWorkspace(first, (query) => query.updateTable('assay.run').set({ state: 'lost' }).execute()),
      /permission denied/,
    );
    await assert.rejects(
      worker.withWorkspace(first, (query) => query.selectFrom('assay.token').selectAll().execute()),
      /permission denied/,
    );
    const { rows } = await owner.query(
      `select rolname from pg_roles where rolname in ('assay_api', 'assay_worker') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
    );
    assert.deepEqual(rows, []);
  });

  test('hears notifications, and again after its connection was cut', async () => {
    const heard: string[] = [];
    const cut: Error[] = [];
    const own = connect({
      url: workerUrl,
      poolSize: 1,
      applicationName: 'test',
      onError: (error) => cut.push(error),
    });
    const listener = await own.listen('test_channel', (payload) => heard.push(payload));
    const until = async (done: () => boolean) => {
      for (let i = 0; i < 200 && !done(); i += 1) await new Promise((r) => setTimeout(r, 25));
      assert.ok(done(), JSON.stringify(heard));
    };
    await owner.query("notify test_channel, 'one'");
    await until(() => heard.includes('one'));
    await owner.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where query like \'listen "test_channel"%\'',
    );
    await until(() => heard.includes(''));
    await owner.query("notify test_channel, 'two'");
    await until(() => heard.includes('two'));
    assert.ok(cut.length > 0, 'the cut was reported');
    await listener.close();
    await own.close();
  });

  test('a connection that breaks between two queries of a transaction fails it, and ends nothing else', async () => {
    // On a slow machine the pool may hear of the break too; whatever else it hears is a fault.
    const own = connect({
      url: workerUrl,
      poolSize: 1,
      applicationName: 'test',
      onError: (error) => assert.match(error.message, /terminating connection|Connection terminated/),
    });
    const broken = own.withWorkspace(first, async (query) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(query);
      await owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await delay(100);
      await sql`select 1`.execute(query);
    });
    await assert.rejects(broken, { code: 'database.unavailable' });
    await own.check();
    await own.close();
  });

  test('preparing again changes nothing and refuses a database of a newer version', async () => {
    await prepareDatabase({ ownerUrl: postgres.ownerUrl });
    await owner.query("insert into assay_migration (name, timestamp) values ('9999-later', '2099')");
    await assert.rejects(
      prepareDatabase({ ownerUrl: postgres.ownerUrl }),
      /newer Assay|corrupted migrations/,
    );
  });
});
