import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, nothingReady } from '../appliance.ts';
import { startWithContainers } from '../containers.ts';
import { testEngine } from '../engine.ts';
import { forest, type Plain, plainFolder, survival } from './in-image.ts';
import { type Comparison, median } from './measure.ts';
import { startCelery } from './peers/celery.ts';

/**
 * A job in a container that waited ready, one under gVisor and one that nothing waited for, against the usual stack: Celery,
 * Redis and `docker run` for each task.
 */
const rounds = 9;
const rows = 1000;
/** In which a container that was used is replaced. */
const refillMs = 3500;

/** From the call to the first step of the tool, to its result at the worker, and to the finished report. */
interface Times {
  readonly step: number;
  readonly result: number;
  readonly report: number;
  /** The tool alone, and getting ready for it. */
  readonly compute: number;
  readonly start: number;
}

async function job(api: Api, { tool, params }: Plain, data: string): Promise<Times> {
  const since = Date.now();
  const json = { tool, inputs: { data }, params, cache: 'refresh' };
  const { body: submitted } = await api.call('POST', '/v1/jobs', { json });
  await api.call('GET', `/v1/jobs/${submitted.id}/events`);
  const report = Date.now() - since;
  const { state, error, startedAt, timings }: Json = await api.finished(submitted.id);
  if (state !== 'succeeded') throw new Error(`${tool}: ${JSON.stringify(error)}`);
  const { startMs, readMs, computeMs } = timings;
  const step = Date.parse(startedAt) - since + startMs + readMs;
  return { step, result: step + computeMs, report, compute: computeMs, start: startMs };
}

interface Place {
  readonly name: 'warm' | 'gvisor' | 'cold';
  readonly appliance: Appliance;
}

async function startPlaces(): Promise<Place[]> {
  return [
    { name: 'warm', appliance: await startWithContainers() },
    { name: 'gvisor', appliance: await startWithContainers({ ASSAY_CONTAINERS_OCI_RUNTIME: 'runsc' }) },
    { name: 'cold', appliance: await startWithContainers(nothingReady) },
  ];
}

async function sides(places: readonly Place[], root: string, plain: Plain): Promise<Comparison[]> {
  const { socketPath, images } = await testEngine();
  const id = images.find(({ name }) => name === plain.image)?.id ?? '';
  const { folder, mounts, remove } = await plainFolder(plain, [rows]);
  const celery = await startCelery(root, [path.dirname(socketPath), folder]);
  const docker = (command: readonly string[]) => [
    ...['docker', '-H', `unix://${socketPath}`, 'run', '--rm', '--network', 'none', '--read-only'],
    ...['--tmpfs', '/tmp', '--memory', '3g', '-e', 'OMP_NUM_THREADS=1', ...mounts],
    ...['--entrypoint', command[0] ?? '', id, ...command.slice(1)],
  ];
  const whole = await celery.caller(docker(plain.command(rows)));
  const nothing = await celery.caller(docker(plain.idle));
  const ours: Record<Place['name'], Times[]> = { warm: [], gvisor: [], cold: [] };
  const peer = { step: [] as number[], result: [] as number[] };
  try {
    const sites = await Promise.all(
      places.map(async ({ name, appliance }) => {
        const api = callApi(appliance.url, appliance.token);
        return { name, api, data: (await api.dataset(`${rows}.csv`, plain.csv(rows))).id as string };
      }),
    );
    for (let i = -1; i < rounds; i += 1) {
      for (const { name, api, data } of sites) {
        await delay(refillMs);
        const times = await job(api, plain, data);
        if (i >= 0) ours[name].push(times);
      }
      await delay(refillMs);
      const [step, result] = [await nothing.call(), await whole.call()];
      if (i < 0) continue;
      peer.step.push(step);
      peer.result.push(result);
    }
  } finally {
    await Promise.all([whole.stop(), nothing.stop()]);
    await celery.stop();
    await remove();
  }
  const of = (name: Place['name'], what: keyof Times) => median(ours[name].map((each) => each[what]));
  const row = (what: string, against: string, x: number, y: number): Comparison => ({
    ...{ name: `${plain.tool}, ${what} (${against})`, ours: x, floor: y },
    ...{ ratio: x / y, runs: rounds, unit: 'ms' },
  });
  const stack = 'Celery, Redis and docker run';
  const [step, result] = [median(peer.step), median(peer.result)];
  return [
    row('submitted to the first step, warm', `${stack}, libraries loaded`, of('warm', 'step'), step),
    row('submitted to the result, warm', `${stack} of the same function`, of('warm', 'result'), result),
    row('submitted to the finished report, warm', 'the same', of('warm', 'report'), result),
    row('first step under gVisor, warm', 'runc, warm', of('gvisor', 'step'), of('warm', 'step')),
    row('result under gVisor, warm', 'runc, warm', of('gvisor', 'result'), of('warm', 'result')),
    row('first step, nothing waits ready', `${stack}, libraries loaded`, of('cold', 'step'), step),
    row('result, nothing waits ready', `${stack} of the same function`, of('cold', 'result'), result),
    row('result, warm', 'the time of the analysis in it', of('warm', 'result'), of('warm', 'compute')),
  ];
}

const million: Plain = {
  ...survival,
  csv: (count) => {
    const more = ',x1,x2,x3,x4,x5,x6,x7';
    const [head, ...lines] = survival.csv(count).trimEnd().split('\n');
    return `${head}${more}\n${lines.map((line, i) => `${line},${i},${i % 7},${i / 8},${-i},${i % 97},${i / 3},${i % 2}`).join('\n')}\n`;
  },
};

/** What a job of a million rows and ten columns takes beside its analysis. */
async function millionRows({ appliance }: Place): Promise<Comparison> {
  const api = callApi(appliance.url, appliance.token);
  const { id } = await api.dataset('million.csv', million.csv(1_000_000));
  const runs = 5;
  const found: Times[] = [];
  for (let i = -1; i < runs; i += 1) {
    await delay(refillMs);
    const times = await job(api, million, id);
    if (i >= 0) found.push(times);
  }
  const [ours, floor] = [
    median(found.map(({ result }) => result)),
    median(found.map(({ compute }) => compute)),
  ];
  const name = `${million.tool}, 1,000,000 rows of 10 columns, submitted to the result, warm (the time of the analysis in it)`;
  return { name, ours, floor, ratio: ours / floor, runs, unit: 'ms' };
}

export async function warmAgainstCelery(root: string): Promise<Comparison[]> {
  const places = await startPlaces();
  try {
    return [
      ...(await sides(places, root, survival)),
      ...(await sides(places, root, forest)),
      await millionRows(places[0] as Place),
    ];
  } finally {
    for (const { appliance } of places) await appliance.stop();
  }
}
