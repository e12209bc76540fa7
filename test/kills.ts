import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { processTree } from '../runtimes/process/tree.ts';
import { callApi } from './api.ts';
import { type Appliance, startAppliance } from './appliance.ts';
import { ownerUrl } from './workspaces.ts';

export interface Drill {
  readonly kills: number;
  /** Jobs that wait or run at any time. */
  readonly open: number;
  /** Starts the appliance; the usual one where nothing is said. */
  readonly start?: (env: Readonly<Record<string, string>>) => Promise<Appliance>;
  readonly work?: Work;
  /** Looks at what is left when all jobs are finished, while the appliance still runs. */
  readonly afterwards?: () => Promise<void>;
}

/** What the jobs of a drill do. */
export interface Work {
  readonly tool: string;
  readonly params: object;
  readonly csv: string;
  /** About how many milliseconds a run takes: kills come at moments over this time. */
  readonly lasts: number;
}

const describing: Work = {
  tool: 'explore/describe',
  params: {},
  csv: `a,b\n${Array.from({ length: 200 }, (_, i) => `${i},${(i * 7919) % 101}`).join('\n')}\n`,
  lasts: 700,
};

export interface DrillOutcome {
  readonly jobs: number;
  readonly retried: number;
  readonly seconds: number;
}

/** The process of a role under this supervisor, as it is now. */
export function pidOf(supervisor: number, role: 'worker' | 'runner'): number | undefined {
  return processTree(supervisor).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`main.ts\0${role}\0`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });
}

/**
 * Kills worker and runner in turns while jobs come in, then waits until all are finished. Every acknowledged job must
 * have succeeded, by one run, with one report and one record of its end.
 */
export async function drill({
  kills,
  open,
  start,
  work = describing,
  afterwards,
}: Drill): Promise<DrillOutcome> {
  const started = Date.now();
  const env = { ASSAY_JOBS_MAX_ATTEMPTS: '100' };
  const appliance = await (start ? start(env) : startAppliance({ env }));
  const api = callApi(appliance.url, appliance.token);
  const owner = new pg.Client({ connectionString: await ownerUrl(appliance) });
  await owner.connect();
  try {
    const data = await api.dataset('numbers.csv', work.csv);
    const acknowledged: string[] = [];
    const fill = async () => {
      const { rows: counted } = await owner.query(
        "select count(*) as open from assay.job where state in ('queued', 'running')",
      );
      for (let n = Number(counted[0].open); n < open; n += 1) {
        const { status, body } = await api.submit(work.tool, data.id, work.params);
        assert.equal(status, 202, JSON.stringify(body));
        acknowledged.push(body.id);
      }
    };
    const seen = new Set<string>();
    // Rows of runs that were lost stay until the reconciler finds them: only a new one is in mid-run.
    const newRun = async () => {
      for (let i = 0; i < 1200; i += 1) {
        const { rows } = await owner.query("select id from assay.run where state = 'running'");
        const fresh = rows.filter((row) => !seen.has(row.id));
        for (const row of fresh) seen.add(row.id);
        if (fresh.length > 0) return;
        await fill();
        await delay(50);
      }
      assert.fail('no run was started within a minute');
    };
    let killed = 0;
    for (let i = 0; killed < kills && i < kills * 100; i += 1) {
      await fill();
      // In mid-run, at another moment of it each time.
      await newRun();
      await delay((killed * 97) % work.lasts);
      const pid = pidOf(appliance.pid, killed % 2 === 0 ? 'worker' : 'runner');
      if (!pid) continue;
      process.kill(pid, 'SIGKILL');
      killed += 1;
    }
    assert.equal(killed, kills);
    for (const id of acknowledged) {
      const job = await api.finished(id, 600);
      assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
      assert.equal((await api.call('GET', `/v1/reports/${job.report}`)).status, 200);
    }
    const { rows: counts } = await owner.query(
      `select j.id, j.attempts,
              (select count(*) from assay.run r where r.job_id = j.id and r.state = 'succeeded') as succeeded,
              (select count(*) from assay.report p where p.job_id = j.id) as reports,
              (select count(*) from assay.audit_record a where a.subject_id = j.id::text and a.action = 'job.finish') as ends
         from assay.job j where j.id = any($1)`,
      [acknowledged],
    );
    assert.equal(counts.length, acknowledged.length);
    for (const row of counts)
      assert.deepEqual([row.succeeded, row.reports, row.ends], ['1', '1', '1'], JSON.stringify(row));
    const { rows: left } = await owner.query(
      "select id from assay.run where state in ('starting', 'running')",
    );
    assert.deepEqual(left, []);
    await afterwards?.();
    const retried = counts.filter((row) => row.attempts > 1).length;
    return { jobs: acknowledged.length, retried, seconds: (Date.now() - started) / 1000 };
  } finally {
    await owner.end();
    await appliance.stop();
  }
}
