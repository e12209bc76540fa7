import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../../../test/postgres.ts';
import { prepareDatabase } from './index.ts';

/**
 * What each database role may do, table by table: s(elect), i(nsert), u(pdate), d(elete); `u:a,b` is an update of these
 * columns alone. A new grant has to be written down here, by somebody who can say why the process needs it.
 */
const allowed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  assay_api: {
    artifact: 's i u:wrapped_key',
    audit_checkpoint: 's',
    audit_leaf: 's',
    audit_node: 's',
    audit_record: 's i',
    audit_waiting: 's',
    dataset: 's i u:erased_at,name,profile,reasons,state',
    erasure: 's i',
    idempotency: 's i',
    job: 's i u:error,finished_at,revision,state',
    job_input: 's i',
    account: 's i u d',
    identity: 's i u d',
    membership: 's i u:granted_by,role d',
    oauth_client: 's i d',
    oauth_object: 's i u d',
    plugin_grant: 's i u:granted,granted_at,principal_id,version d',
    plugin_pin: 's i u:pinned_at,principal_id,version d',
    principal: 's i u:disabled_at,erased_at,key_slot,name',
    rate_limit: 's i u d',
    recovery_code: 's i u d',
    session: 's i u d',
    sign_in_attempt: 's i u d',
    quota: 's u',
    report: 's',
    reservation: 's i u d',
    rotation: 's i',
    run: 's',
    token: 's i u:last_used_at,revoked_at,used_at',
    tool_phrase: 's i d',
    workspace: 's i u:name',
    workspace_key: 's i',
  },
  assay_worker: {
    artifact: 's i u:wrapped_key',
    audit_anchor: 's i u',
    audit_checkpoint: 's i',
    audit_leaf: 's i',
    audit_node: 's i',
    audit_record: 's i',
    audit_waiting: 's d',
    dataset: 's i u',
    erasure: 's',
    job: 's i u',
    job_input: 's i',
    membership: 's',
    plugin_grant: 's',
    plugin_pin: 's',
    principal: 's',
    quota: 's u:bytes_reserved,bytes_used,cpu_reserved,cpu_used,jobs_reserved,next_place,period',
    report: 's i',
    reservation: 's i u d',
    rotation: 's u',
    run: 's i u',
    worker: 's i d',
    workspace: 's',
    workspace_key: 's u:wrapped',
  },
  assay_auditor: {
    audit_checkpoint: 's',
    audit_leaf: 's',
    audit_node: 's',
    audit_record: 's',
    audit_waiting: 's',
    principal: 's',
    workspace: 's',
  },
};

const ours = "('assay_api', 'assay_worker', 'assay_auditor')";

describe('database roles', () => {
  let postgres: TestPostgres;
  let owner: pg.Client;
  before(async () => {
    postgres = await startTestPostgres();
    await prepareDatabase({ ownerUrl: postgres.ownerUrl });
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner?.end();
    await postgres?.stop();
  });
  const rows = async <T>(sql: string): Promise<T[]> => (await owner.query(sql)).rows;

  test('every table forces row-level security and has a policy; every view asks as its caller', async () => {
    const tables = await rows<{ name: string; forced: boolean; policies: string }>(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
             (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c where c.relnamespace = 'assay'::regnamespace and c.relkind in ('r', 'p')`);
    assert.ok(tables.length >= 20);
    assert.deepEqual(
      tables.filter((table) => !table.forced || Number(table.policies) < 2),
      [],
    );
    const views = await rows<{ name: string }>(`
      select c.relname as name from pg_class c
       where c.relnamespace = 'assay'::regnamespace and c.relkind in ('v', 'm')
         and not coalesce(c.reloptions @> '{security_invoker=true}', false)`);
    assert.deepEqual(views, []);
  });

  test('each has exactly what is written down, and nobody else has anything', async () => {
    const grants = await rows<{ role: string; name: string; privilege: string; columns: string | null }>(`
      select grantee as role, table_name as name, privilege_type as privilege, null as columns
        from information_schema.role_table_grants
       where table_schema = 'assay' and grantee <> current_user
      union all
      select g.grantee, g.table_name, g.privilege_type, string_agg(g.column_name, ',' order by g.column_name)
        from information_schema.role_column_grants g
       where g.table_schema = 'assay' and g.grantee <> current_user and not exists (
         select 1 from information_schema.role_table_grants t
          where t.table_schema = 'assay' and t.table_name = g.table_name and t.grantee = g.grantee
            and t.privilege_type = g.privilege_type)
       group by 1, 2, 3`);
    const order = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
    const found: Record<string, Record<string, string>> = {};
    for (const { role, name, privilege, columns } of grants.sort(
      (a, b) => order.indexOf(a.privilege) - order.indexOf(b.privilege),
    )) {
      assert.ok(order.includes(privilege), `${role} may ${privilege} ${name}`);
      const short = `${privilege[0]?.toLowerCase()}${columns ? `:${columns}` : ''}`;
      found[role] ??= {};
      const of = found[role];
      of[name] = of[name] === undefined ? short : `${of[name]} ${short}`;
    }
    assert.deepEqual(found, allowed);
  });

  test('none is more than a login, and none owns anything', async () => {
    const strong = await rows(`
      select rolname from pg_roles where rolname in ${ours}
         and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`);
    assert.deepEqual(strong, []);
    const owned = await rows(`
      select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ${ours}`);
    assert.deepEqual(owned, []);
    const logins = await rows<{ name: string }>(
      `select rolname as name from pg_roles where rolname in ${ours} and rolcanlogin order by 1`,
    );
    assert.deepEqual(
      logins.map(({ name }) => name),
      ['assay_api', 'assay_worker'],
    );
  });

  test('functions that look over all workspaces name their schema, and only who needs them may call them', async () => {
    const loose = await rows(`
      select proname from pg_proc where pronamespace = 'assay'::regnamespace and prosecdef
         and not coalesce(array_to_string(proconfig, ',') like '%search_path=assay, pg_temp%', false)`);
    assert.deepEqual(loose, []);
    const callers = await rows<{ name: string; callers: string }>(`
      select p.proname as name, string_agg(r.rolname, ',' order by r.rolname) as callers
        from pg_proc p cross join pg_roles r
       where p.pronamespace = 'assay'::regnamespace and p.prosecdef and r.rolname in ${ours}
         and has_function_privilege(r.oid, p.oid, 'execute') group by 1 order by 1`);
    assert.deepEqual(Object.fromEntries(callers.map((each) => [each.name, each.callers])), {
      audit_missed: 'assay_worker',
      audit_next: 'assay_worker',
      find_token: 'assay_api',
      home_workspace: 'assay_api,assay_worker',
      keys_under_older_root: 'assay_api,assay_worker',
      known_objects: 'assay_worker',
      open_runs: 'assay_worker',
      stale_uploads: 'assay_worker',
      stale_workspaces: 'assay_worker',
      uses_of_plugin: 'assay_api',
      waiting_datasets: 'assay_worker',
      waiting_jobs: 'assay_worker',
    });
  });
});
