import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { processTree } from '../../runtimes/process/tree.ts';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { pidOf } from '../kills.ts';
import { need } from '../needs.ts';
import { makeSlowPlugin } from '../slow-plugin.ts';
import { ownerUrl } from '../workspaces.ts';

type Killed = 'runner' | 'worker';

/** One waiting program of every runtime, whatever they measure: states are come to by way of them. */
const kept = { ASSAY_RUNTIMES_WARM_MEMORY_MB: '4096', ASSAY_RUNTIMES_WARM_MOST: '1' };

/** Waits for what must come, however slow the machine is. */
async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 2400; i += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(25);
  }
  return assert.fail(`${what}: not within a minute`);
}

function stateOf(pid: number): string | undefined {
  return existsSync(`/proc/${pid}/stat`)
    ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]
    : undefined;
}

/** Processor time of a process, in ticks: one that is being started uses some all the time. */
function workOf(pid: number): string | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  return fields?.slice(11, 13).join(' ');
}

/** Programs of R that a runner has, started or being started. */
function programsOf(runner: number): number[] {
  return processTree(runner).filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return command.includes('--die-with-parent') === false && command.at(-2)?.endsWith('wasm/child.ts');
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return false;
      throw error;
    }
  });
}

describe('runner and worker are killed in a known state', need('bwrap'), () => {
  let folder: string;
  let appliance: Appliance;
  let api: Api;
  let owner: pg.Client;
  let locker: pg.Client;
  let data: Json;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-states-'));
    const plugin = await makeSlowPlugin(folder);
    appliance = await startAppliance({
      env: {
        ASSAY_PLUGINS_OWN: JSON.stringify([plugin]),
        ASSAY_JOBS_PAUSE_AFTER: '0',
        ASSAY_JOBS_MAX_ATTEMPTS: '5',
        ...kept,
      },
    });
    api = callApi(appliance.url, appliance.token);
    data = await api.dataset('small.csv', 'a,b\n1,2\n3,4\n');
    const connectionString = await ownerUrl(appliance);
    owner = new pg.Client({ connectionString });
    locker = new pg.Client({ connectionString });
    await Promise.all([owner.connect(), locker.connect()]);
  });
  after(async () => {
    await owner?.end();
    await locker?.end();
    await appliance?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const pid = (role: Killed) => until(`the ${role}`, () => pidOf(appliance.pid, role));
  const submit = async () => {
    const { status, body } = await api.submit('states/slow', data.id, {});
    assert.equal(status, 202, JSON.stringify(body));
    return String(body.id);
  };
  const column = async (job: string, name: 'state' | 'progress') => {
    const { rows } = await owner.query(`select ${name} as value from assay.job where id = $1`, [job]);
    return rows[0]?.value ?? undefined;
  };
  const computing = (job: string) => until('its progress', () => column(job, 'progress'));
  const running = (job: string) =>
    until('a run', async () => ((await column(job, 'state')) === 'running' ? true : undefined));
  /** A program that waits for its run; stopped, it takes what is handed to it and never reads it. */
  const waiting = async () =>
    until('a program that waits', async () => {
      for (const program of programsOf(await pid('runner'))) {
        const before = workOf(program);
        await delay(500);
        if (before !== undefined && before === workOf(program)) return program;
      }
      return undefined;
    });
  /** True once somebody waits for a lock that we hold. */
  const blocked = () =>
    until('somebody who waits for the row', async () => {
      const { rows } = await owner.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'assay%'",
      );
      return rows.length > 0 ? true : undefined;
    });

  /** How each state is come to; gives the job in it, and what is to be undone after the kill. */
  const states: Readonly<
    Record<
      string,
      { kills: readonly Killed[]; reach(): Promise<{ job?: string; undo?(): Promise<unknown> }> }
    >
  > = {
    'idle, a program waits': {
      kills: ['runner', 'worker'],
      async reach() {
        await waiting();
        return {};
      },
    },
    'the program is being started': {
      kills: ['runner', 'worker'],
      async reach() {
        process.kill(await waiting(), 'SIGKILL');
        const job = await submit();
        await running(job);
        return { job };
      },
    },
    'the job is handed over and not read': {
      kills: ['runner', 'worker'],
      async reach() {
        const program = await waiting();
        process.kill(program, 'SIGSTOP');
        const job = await submit();
        await running(job);
        await delay(300);
        return { job };
      },
    },
    'the program computes': {
      kills: ['runner', 'worker'],
      async reach() {
        const job = await submit();
        await computing(job);
        return { job };
      },
    },
    'results are on their way and nobody takes them': {
      kills: ['runner', 'worker'],
      async reach() {
        const job = await submit();
        await computing(job);
        const worker = await pid('worker');
        process.kill(worker, 'SIGSTOP');
        // The tool computes for a second and a half, then it writes more than the sockets hold.
        await delay(3000);
        return {
          job,
          undo: async () => stateOf(worker) !== undefined && process.kill(worker, 'SIGCONT'),
        };
      },
    },
    'the run is over and its job not settled': {
      kills: ['runner', 'worker'],
      async reach() {
        const job = await submit();
        await computing(job);
        await locker.query('begin');
        await locker.query('select 1 from assay.job where id = $1 for update', [job]);
        await blocked();
        return { job, undo: () => locker.query('rollback') };
      },
    },
    'the job is settled and its message not': {
      kills: ['worker'],
      async reach() {
        const job = await submit();
        await computing(job);
        await locker.query('begin');
        await locker.query("select 1 from queue.job where data->>'id' = $1 for update", [job]);
        await until('its end', async () => ((await column(job, 'state')) === 'succeeded' ? true : undefined));
        await blocked();
        return { job, undo: () => locker.query('rollback') };
      },
    },
  };

  async function doneOnce(job: string): Promise<void> {
    const ended = await api.finished(job, 300);
    assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
    const { rows } = await owner.query(
      `select (select count(*) from assay.run where job_id = $1 and state = 'succeeded') as runs,
              (select count(*) from assay.report where job_id = $1) as reports,
              (select count(*) from assay.audit_record where subject_id = $2 and action = 'job.finish') as ends`,
      [job, job],
    );
    assert.deepEqual(rows[0], { runs: '1', reports: '1', ends: '1' });
  }

  for (const [state, { kills, reach }] of Object.entries(states))
    for (const role of kills)
      test(`${state}: the ${role} is killed, and the job is done once`, async () => {
        const { job = undefined, undo } = await reach();
        const victim = await pid(role);
        const programs = role === 'runner' ? programsOf(victim) : [];
        process.kill(victim, 'SIGKILL');
        await until(`the end of the ${role}`, () => (stateOf(victim) === undefined ? true : undefined));
        await undo?.();
        await doneOnce(job ?? (await submit()));
        for (const program of programs)
          await until(`the end of program ${program}`, () =>
            stateOf(program) === undefined ? true : undefined,
          );
      });

  test('after all of them no run is open, and no more programs are there than are kept ready', async () => {
    const { rows } = await owner.query("select id from assay.run where state in ('starting', 'running')");
    assert.deepEqual(rows, []);
    await until('one program', async () => (programsOf(await pid('runner')).length <= 1 ? true : undefined));
  });
});
