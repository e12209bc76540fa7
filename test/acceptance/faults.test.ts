import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, launch, startAppliance } from '../appliance.ts';
import { need } from '../needs.ts';

const numbers = `a,b\n${Array.from({ length: 500 }, (_, i) => `${i},${(i * 7919) % 101}`).join('\n')}\n`;

/** The Postgres of the supervisor as it is now; it changes with every restart. */
async function postgresOf({ data }: Appliance): Promise<number> {
  const lock = await readFile(path.join(data, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(lock.split('\n')[0]);
}

describe('Postgres restarted in mid-job', () => {
  let appliance: Appliance;
  let api: Api;
  let data: Json;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('numbers.csv', numbers);
  });
  after(() => appliance?.stop());

  for (const [how, signal] of [
    ['as by its operator', 'SIGINT'],
    ['as by a crash', 'SIGQUIT'],
  ] as const)
    test(`${how}: what was acknowledged ends well, once`, async () => {
      const health = await api.call('GET', '/health');
      assert.equal(health.status, 200);
      const { body: job } = await api.submit('explore/describe', data.id, {});
      for (
        let i = 0;
        i < 400 && (await api.call('GET', `/v1/jobs/${job.id}`)).body.state === 'queued';
        i += 1
      )
        await delay(5);
      process.kill(await postgresOf(appliance), signal);
      // Asked meanwhile, the api says in its own words that the database is away, or waits for it.
      const meanwhile = await api.call('GET', `/v1/jobs/${job.id}`);
      assert.ok([200, 503].includes(meanwhile.status), JSON.stringify(meanwhile.body));
      if (meanwhile.status === 503) assert.equal(meanwhile.body.code, 'database.unavailable');
      let ended: Json;
      for (let i = 0; i < 600; i += 1) {
        const { status, body } = await api.call('GET', `/v1/jobs/${job.id}`);
        if (status === 200 && ['succeeded', 'failed', 'cancelled'].includes(body.state)) {
          ended = body;
          break;
        }
        await delay(100);
      }
      assert.equal(ended?.state, 'succeeded', JSON.stringify(ended));
      const { body: jobs } = await api.call('GET', '/v1/jobs');
      assert.equal(jobs.items.filter((each: Json) => each.id === job.id).length, 1);
      assert.equal((await api.call('GET', `/v1/reports/${ended.report}`)).status, 200);
    });
});

describe('a full disk', need('root'), () => {
  let disk: string;
  let appliance: Appliance;
  let api: Api;
  const filler = () => path.join(disk, 'filler');
  before(async () => {
    disk = await mkdtemp(path.join(tmpdir(), 'assay-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=420m', 'assay-test', disk]);
    appliance = await startAppliance({ data: path.join(disk, 'data') });
    api = callApi(appliance.url, appliance.token);
  });
  after(async () => {
    await appliance?.end();
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
  });

  /** Leaves so many bytes. */
  async function fill(left: number): Promise<void> {
    const { bavail, bsize } = await statfs(disk);
    // The appliance writes meanwhile too; a disk that is full a little earlier is as full.
    await writeFile(filler(), Buffer.alloc(bavail * bsize - left)).catch((error: NodeJS.ErrnoException) =>
      assert.equal(error.code, 'ENOSPC'),
    );
  }

  const objects = async () =>
    (await readdir(path.join(appliance.data, 'objects'), { recursive: true, withFileTypes: true })).filter(
      (e) => e.isFile(),
    ).length;

  test('an upload without room is refused with 507 and leaves nothing; with room again it is well', async () => {
    const before = await objects();
    await fill(2_000_000);
    const big = Buffer.alloc(20_000_000, '1234567,89\n');
    const answer = await api.call('POST', '/v1/datasets?name=big.csv', {
      body: big,
      headers: { 'content-type': 'text/csv' },
    });
    assert.equal(answer.status, 507, JSON.stringify(answer.body));
    assert.equal(answer.body.code, 'storage.full');
    assert.equal(await objects(), before, 'nothing half-written');
    assert.equal((await api.call('GET', '/v1/datasets')).status, 200);
    await rm(filler());
    assert.equal((await api.dataset('small.csv', numbers)).state, 'ready');
  });

  test('a job without room fails with its reason or is done once there is room; nothing is lost', async () => {
    const data = await api.dataset('numbers.csv', numbers);
    await fill(0);
    const { status, body: job } = await api.submit('explore/describe', data.id, {});
    if (status === 202) {
      await delay(3000);
      await rm(filler());
      const ended = await api.finished(job.id, 120);
      assert.ok(
        ended.state === 'succeeded' || ended.error.code === 'storage.full',
        JSON.stringify(ended.error ?? ended.state),
      );
    } else {
      assert.ok(['storage.full', 'database.unavailable'].includes(job.code), JSON.stringify(job));
      await rm(filler());
    }
    assert.equal((await api.run('explore/describe', data.id, {})).state, 'succeeded');
  });

  test('a start without room is one sentence that says what to do', async () => {
    await fill(1_000_000);
    const { up, exited } = launch(path.join(disk, 'other'));
    await assert.rejects(
      up,
      /^Error: Less than \d+ MB are free for .*other; free some space, or choose another place/,
    );
    assert.equal(await exited, 1);
    await rm(filler());
  });
});
