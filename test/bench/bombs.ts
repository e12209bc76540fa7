import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi } from '../api.ts';
import { startAppliance } from '../appliance.ts';
import { makeHostilePlugin } from '../hostile-plugin.ts';
import { type Comparison, median } from './measure.ts';

const rounds = 3;
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

/** Keeps as many bombs running as there are slots, until told to stop. */
function throwBombs(api: Api, data: string): () => Promise<void> {
  let going = true;
  const thrower = async (tool: string) => {
    while (going) {
      const { state, error } = await api.run(`hostile/${tool}`, data, {});
      if (state !== 'failed') throw new Error(`the bomb ${tool} ended as ${state}: ${JSON.stringify(error)}`);
    }
  };
  const all = Promise.all(bombs.map(thrower));
  return async () => {
    going = false;
    await all;
  };
}

/** The api's answers while tools loop, allocate, print and flood, against the same api without them. */
export async function bombRows(): Promise<Comparison[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bombs-'));
  try {
    const plugin = await makeHostilePlugin(folder);
    const appliance = await startAppliance({ env: { ASSAY_PLUGINS_OWN: JSON.stringify([plugin]) } });
    try {
      const api = callApi(appliance.url, appliance.token);
      const { id: data } = await api.dataset('small.csv', 'a,b\n1,2\n3,4\n5,7\n');
      const { id: job } = await api.run('explore/describe', data, {});
      const [during, alone]: [number[], number[]] = [[], []];
      for (let i = 0; i < rounds; i += 1) {
        alone.push(await p95(api, job));
        const stop = throwBombs(api, data);
        await delay(3000);
        during.push(await p95(api, job));
        await stop();
        await delay(3000);
      }
      const [ours, floor] = [median(during), median(alone)];
      const name = `p95 of a GET at ${perSecond}/s while bombs run (without them)`;
      return [{ name, ours, floor, ratio: ours / floor, runs: rounds, unit: 'ms' }];
    } finally {
      await appliance.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
