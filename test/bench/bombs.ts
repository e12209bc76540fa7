import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi } from '../api.ts';
import { startAppliance } from '../appliance.ts';
import { makeHostilePlugin } from '../hostile-plugin.ts';
import { type Comparison, median } from './measure.ts';

const rounds = 4;
const secondsEach = 8;
const perSecond = 50;
const bombs = ['forever', 'allocates', 'prints', 'floods'];

/** Answers in 95 of 100 cases, in milliseconds. Requests come by chance (Poisson), whether earlier ones are answered or not. */
async function p95(api: Api, job: string): Promise<number> {
  const times: number[] = [];
  const open: Promise<void>[] = [];
  const end = performance.now() + secondsEach * 1000;
  while (performance.now() < end) {
    const since = performance.now();
    open.push(
      api.call('GET', `/v1/jobs/${job}`).then(({ status }) => {
        if (status !== 200) throw new Error(`GET of a job was answered with ${status}`);
        times.push(performance.now() - since);
      }),
    );
    await delay((-Math.log(1 - Math.random()) * 1000) / perSecond);
  }
  await Promise.all(open);
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? Number.NaN;
}

interface Work {
  readonly tool: string;
  readonly params: object;
  /** What must become of it. */
  readonly state: 'failed' | 'succeeded';
}
const thrown: readonly Work[] = bombs.map((tool) => ({
  tool: `hostile/${tool}`,
  params: {},
  state: 'failed',
}));
const ordinary: readonly Work[] = bombs.map(() => ({
  tool: 'regression/linear',
  params: { response: 'a', predictors: ['b'] },
  state: 'succeeded',
}));

/** Keeps these jobs coming, each again when it ended, until told to stop. */
function keepRunning(api: Api, data: string, works: readonly Work[]): () => Promise<void> {
  let going = true;
  const again = async ({ tool, params, state }: Work) => {
    while (going) {
      const json = { tool, inputs: { data }, params, cache: 'refresh' };
      const { body: job } = await api.call('POST', '/v1/jobs', { json });
      // Told and not asked again and again: asking would be a load of its own.
      await api.call('GET', `/v1/jobs/${job.id}/events`);
      const ended = await api.finished(job.id);
      if (ended.state !== state) throw new Error(`${tool} ended as ${ended.state}: ${JSON.stringify(ended)}`);
    }
  };
  const all = Promise.all(works.map(again));
  return async () => {
    going = false;
    await all;
  };
}

/**
 * Keeps every processor busy with a loop that the host weighs least of all: what a busy machine costs by itself. It ends by
 * itself too, should nobody be left to end it.
 */
function keepBusy(): () => Promise<void> {
  const script =
    'echo 19 > /proc/self/autogroup; exec nice -n 19 "$0" -e "for (const end = Date.now() + 60_000; Date.now() < end; );"';
  const loops = cpus().map(() => {
    const loop = spawn('/bin/sh', ['-c', script, process.execPath], { detached: true, stdio: 'ignore' });
    return { loop, over: once(loop, 'exit') };
  });
  return async () => {
    for (const { loop } of loops) loop.kill('SIGKILL');
    await Promise.all(loops.map(({ over }) => over));
  };
}

/** The api's answers while tools loop, allocate, print and flood, and what they are measured against. */
async function measure(what: string, kept: Readonly<Record<string, string>>): Promise<Comparison[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bombs-'));
  try {
    const plugin = await makeHostilePlugin(folder);
    const appliance = await startAppliance({
      env: { ASSAY_PLUGINS_OWN: JSON.stringify([plugin]), ASSAY_JOBS_PAUSE_AFTER: '0', ...kept },
    });
    try {
      const api = callApi(appliance.url, appliance.token);
      const { id: data } = await api.dataset('small.csv', 'a,b\n1,2\n3,4\n5,7\n8,3\n9,1\n4,4\n');
      const { id: job } = await api.run('explore/describe', data, {});
      const during: number[] = [];
      const beside: number[] = [];
      const busy: number[] = [];
      const alone: number[] = [];
      for (let i = 0; i < rounds; i += 1) {
        alone.push(await p95(api, job));
        for (const [start, times] of [
          [keepBusy, busy],
          [() => keepRunning(api, data, ordinary), beside],
          [() => keepRunning(api, data, thrown), during],
        ] as const) {
          const stop = start();
          await delay(3000);
          times.push(await p95(api, job));
          await stop();
          await delay(3000);
        }
      }
      const row = (against: string, floor: number): Comparison => ({
        name: `p95 of a GET at ${perSecond}/s while bombs run, ${what} (${against})`,
        ...{ ours: median(during), floor, ratio: median(during) / floor, runs: rounds, unit: 'ms' },
      });
      return [
        row('as many ordinary jobs', median(beside)),
        row('loops of the least weight on every processor', median(busy)),
        row('an idle machine', median(alone)),
      ];
    } finally {
      await appliance.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The api's answers while bombs run, against the same api while as many ordinary jobs run, while nothing but loops does,
 * and while nothing does: as shipped, where runs of plugins that are not shipped leave a processor, and where they do not.
 */
export async function bombRows(): Promise<Comparison[]> {
  return [
    ...(await measure('as shipped', {})),
    ...(await measure('no processor kept', { ASSAY_RUNTIMES_PROCESSORS_KEPT: '0' })),
  ];
}
