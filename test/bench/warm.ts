import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi, type Json } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { forest, type Plain, plainFolder, survival } from './in-image.ts';
import { type Comparison, median } from './measure.ts';
import { startCelery } from './peers/celery.ts';

/** A job in a container that waited ready, against the usual stack: Celery, Redis and `docker run` for each task. */
const rounds = 9;
const rows = 1000;
/** In which a container that was used is replaced. */
const refillMs = 3500;

interface Side {
  /** From the call to the first step of the tool, to its result at the worker, and to the finished report. */
  readonly step: number[];
  readonly result: number[];
  readonly report: number[];
}

async function job(api: Api, { tool, params }: Plain, data: string, side: Side): Promise<void> {
  const since = performance.now();
  const json = { tool, inputs: { data }, params, cache: 'refresh' };
  const { body: submitted } = await api.call('POST', '/v1/jobs', { json });
  const answered = performance.now() - since;
  await api.call('GET', `/v1/jobs/${submitted.id}/events`);
  side.report.push(performance.now() - since);
  const { state, error, timings }: Json = await api.finished(submitted.id);
  if (state !== 'succeeded') throw new Error(`${tool}: ${JSON.stringify(error)}`);
  const { queueMs, startMs, readMs, computeMs } = timings;
  // The job is queued a moment before the call is answered: counting both is against us.
  side.step.push(answered + queueMs + startMs + readMs);
  side.result.push(answered + queueMs + startMs + readMs + computeMs);
}

async function sides(appliance: Appliance, root: string, plain: Plain): Promise<Comparison[]> {
  const api = callApi(appliance.url, appliance.token);
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
  const data = await api.dataset(`${rows}.csv`, plain.csv(rows));
  const ours: Side = { step: [], result: [], report: [] };
  const peer = { step: [] as number[], result: [] as number[] };
  try {
    for (let i = -1; i < rounds; i += 1) {
      await delay(refillMs);
      await job(api, plain, data.id, i < 0 ? { step: [], result: [], report: [] } : ours);
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
  const row = (what: string, a: readonly number[], b: readonly number[], against: string): Comparison => {
    const [x, y] = [median(a), median(b)];
    return {
      name: `${plain.tool}, ${what} (${against})`,
      ours: x,
      floor: y,
      ratio: x / y,
      runs: rounds,
      unit: 'ms',
    };
  };
  const stack = 'Celery, Redis and docker run';
  return [
    row('submitted to the first step of the tool, warm', ours.step, peer.step, `${stack}, libraries loaded`),
    row('submitted to the result, warm', ours.result, peer.result, `${stack} of the same function`),
    row('submitted to the finished report, warm', ours.report, peer.result, `${stack} of the same function`),
  ];
}

export async function warmAgainstCelery(appliance: Appliance, root: string): Promise<Comparison[]> {
  return [...(await sides(appliance, root, survival)), ...(await sides(appliance, root, forest))];
}
