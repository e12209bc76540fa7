import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { connect, type Database } from '../../core/base/database/index.ts';
import { openKeyring } from '../../core/base/encryption/index.ts';
import { openQueue, type Queue } from '../../core/base/queue/index.ts';
import { sealPart } from '../../core/domain/jobs/view.ts';
import { type Ciphers, createCiphers } from '../../core/domain/workspaces/index.ts';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { ownerUrl } from '../workspaces.ts';

/**
 * Somebody who has all that the api has: its database role, its queue and the keys. What they write is asked for by the real
 * worker and carried out, or not, by the real runner.
 */
describe('with the api’s own credentials', () => {
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  let database: Database;
  let queue: Queue;
  let ciphers: Ciphers;
  let honest: Json;
  let client: pg.Client;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('small.csv', 'a,b\n1,2\n3,4\n5,9\n');
    honest = await api.run('explore/describe', data.id, {});
    assert.equal(honest.state, 'succeeded', JSON.stringify(honest.error));
    const onError = (error: Error) => assert.fail(error);
    const url = `${await ownerUrl(appliance)}?options=${encodeURIComponent('-c role=assay_api')}`;
    database = connect({ url, poolSize: 2, applicationName: 'test', onError });
    client = new pg.Client({ connectionString: url });
    await client.connect();
    queue = await openQueue({ url, poolSize: 1, supervise: false, onError });
    ciphers = createCiphers(await openKeyring({ file: path.join(appliance.data, 'keyring.json') }));
  });
  after(async () => {
    await client?.end();
    await queue?.close();
    await database?.close();
    await appliance?.stop();
  });

  const workspaceOf = async () => (await api.call('GET', '/v1/me')).body.workspace.id as string;

  interface Forged {
    readonly tool?: string;
    readonly version?: string;
    readonly digest?: string;
    readonly inputs?: Readonly<Record<string, string>>;
    readonly params?: unknown;
    /** Beside the ids in the message. */
    readonly message?: Readonly<Record<string, unknown>>;
  }

  /** Writes a job and its message past every check of the api. */
  async function forge(forged: Forged): Promise<string> {
    const [id, workspace] = [randomUUID(), await workspaceOf()];
    const { inputs = { data: data.id }, params = {} } = forged;
    await database.withWorkspace(workspace, async (query) => {
      const { id: principal } = await query
        .selectFrom('assay.principal')
        .select('id')
        .where('kind', '=', 'user')
        .executeTakeFirstOrThrow();
      const cipher = await ciphers.of(query, workspace);
      await query
        .insertInto('assay.job')
        .values({
          workspace_id: workspace,
          id,
          principal_id: principal,
          tool: forged.tool ?? 'explore/describe',
          version: forged.version ?? honest.version,
          plugin_digest: forged.digest ?? honest.pluginDigest,
          seed: 1,
          request: sealPart(cipher, 'request', id, { inputs, params, refresh: true }),
        })
        .execute();
      await queue.send(query, 'job', { workspace, id, ...forged.message }, 0);
    });
    return id;
  }

  const runsOf = async (job: string) =>
    database.withWorkspace(await workspaceOf(), async (query) => {
      const rows = await query.selectFrom('assay.run').select('state').where('job_id', '=', job).execute();
      return rows.map(({ state }) => state);
    });

  const refused: Readonly<Record<string, readonly [Forged, RegExp]>> = {
    'a tool by a path': [{ tool: '../../etc/passwd' }, /tool\.not_found/],
    'a tool that was never admitted': [{ tool: 'mallory/means' }, /tool\.not_found/],
    'a version that is not here': [{ version: '99.0.0' }, /tool\.not_found/],
    'a plugin with other files': [{ digest: `sha256:${'1'.repeat(64)}` }, /tool\.not_found/],
    'a data set that is not there': [{ inputs: { data: randomUUID() } }, /dataset\.not_found/],
    'parameters without a floor': [
      { params: { a: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) } },
      /nested deeper/,
    ],
    'a prototype among its parameters': [{ params: JSON.parse('{"__proto__":{"a":1}}') }, /__proto__/],
  };
  for (const [what, [forged, why]] of Object.entries(refused))
    test(`a job that is written past the api’s checks is not carried out: ${what}`, async () => {
      const job = await forge(forged);
      const ended = await api.finished(job);
      assert.equal(ended.state, 'failed');
      assert.match(JSON.stringify(ended.error), why);
      assert.equal(ended.report, undefined);
      assert.ok(!(await runsOf(job)).includes('succeeded'));
    });

  test('a slot by a path, and more slots than there may be', async () => {
    for (const slots of [['../data'], ['a', 'b', 'c', 'd', 'e']]) {
      const job = await forge({ inputs: Object.fromEntries(slots.map((slot) => [slot, data.id])) });
      const ended = await api.finished(job);
      assert.equal(ended.state, 'failed');
      assert.match(JSON.stringify(ended.error), /specification was refused/);
    }
  });

  test('what a message says beside its ids is not heard: the runtime is the tool’s own', async () => {
    const message = {
      runtime: 'container/alpine',
      image: 'alpine',
      HostConfig: { Privileged: true, Binds: ['/:/host'] },
      plugin: { trust: 'shipped', directory: '/tmp' },
      limits: { memoryMb: 1e9 },
    };
    const ended = await api.finished(await forge({ message }));
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    assert.deepEqual(ended.runtime, honest.runtime);
    assert.equal(ended.resultDigest, honest.resultDigest);
  });

  test('messages about nothing leave the worker at its work', async () => {
    const workspace = await workspaceOf();
    const nothing = [
      { workspace, id: randomUUID() },
      { workspace: randomUUID(), id: honest.id },
      { workspace, id: honest.id },
    ];
    await database.withWorkspace(workspace, async (query) => {
      for (const message of nothing) await queue.send(query, 'job', message, 0);
    });
    assert.equal((await api.run('explore/describe', data.id, {})).state, 'succeeded');
    const again = await api.call('GET', `/v1/jobs/${honest.id}`);
    assert.deepEqual(
      { state: again.body.state, attempts: again.body.attempts },
      { state: 'succeeded', attempts: 1 },
    );
  });

  const denied: Readonly<Record<string, string>> = {
    'choose the runtime of a job': `update assay.job set runtime = '{"name":"container/alpine"}'`,
    'give a job another tool': `update assay.job set tool = 'explore/describe'`,
    'give a job another plugin': `update assay.job set plugin_digest = 'sha256:0'`,
    'give a job other parameters': `update assay.job set request = ''`,
    'begin a run with a lease of its own': `insert into assay.run (workspace_id, id, job_id, attempt, lease, worker_id, state)
      select workspace_id, gen_random_uuid(), id, 9, gen_random_uuid(), gen_random_uuid(), 'running' from assay.job`,
    'take over a lease': 'update assay.run set lease = gen_random_uuid()',
    'be a worker': `insert into assay.worker (id, lock_key) values (gen_random_uuid(), 1)`,
    'write a report': `insert into assay.report (workspace_id, id, job_id, document, result_digest)
      select workspace_id, gen_random_uuid(), id, gen_random_uuid(), '' from assay.job`,
    'run a program of the host': `copy assay.job to program 'id'`,
    'read a file of the host': `select pg_read_file('/etc/passwd')`,
    'make a function that runs as the owner':
      'create function assay.f() returns int language sql security definer as $$select 1$$',
    'look past the wall between workspaces': 'alter table assay.job disable row level security',
  };
  for (const [what, statement] of Object.entries(denied))
    test(`the role may not ${what}`, async () => {
      await client.query("select set_config('app.ws', $1, false)", [await workspaceOf()]);
      await assert.rejects(
        client.query(statement),
        /permission denied|must be owner|row-level security|superuser/,
      );
    });
});
