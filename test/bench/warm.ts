import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, callApi, type Json } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { forest, type Plain, plainFolder, survival } from './in-image.ts';
import { type Comparison, median } from './measure.ts';
import { startCelery } from './peers/celery.ts';

/** A job in a warm and in a cold container, against the usual stack: Celery, Redis and `docker run` for each task. */
const rounds = 9;
const rows = 1000;
/** In which a container that was used is replaced. */
const refillMs = 3500;

interface Side {
  /** From the call to the result at the worker, and to the finished report. */
  readonly result: number[];
  readonly report: number[];
  readonly start: number[];
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
  side.result.push(answered + queueMs + startMs + readMs + computeMs);
  side.start.push(startMs);
}

async function sides(
  appliance: Appliance,
  root: string,
  plain: Plain,
  say: (line: string) => void,
): Promise<Comparison[]> {
  const api = callApi(appliance.url, appliance.token);
  const { socketPath, images } = await testEngine();
  const id = images.find(({ name }) => name === plain.image)?.id ?? '';
  const { folder, mounts, remove } = await plainFolder(plain, [rows]);
  const celery = await startCelery(root, [path.dirname(socketPath), folder]);
  const command = [
    ...['docker', '-H', `unix://${socketPath}`, 'run', '--rm', '--network', 'none', '--read-only'],
    ...['--tmpfs', '/tmp', '--memory', '3g', '-e', 'OMP_NUM_THREADS=1', ...mounts],
    ...['--entrypoint', plain.command(rows)[0] ?? '', id, ...plain.command(rows).slice(1)],
  ];
  const caller = await celery.caller(command);
  const data = await api.dataset(`${rows}.csv`, plain.csv(rows));
  const warm: Side = { result: [], report: [], start: [] };
  const cold: Side = { result: [], report: [], start: [] };
  const peer: number[] = [];
  try {
    for (let i = -1; i < rounds; i += 1) {
      const [w, c]: Side[] = i < 0 ? [0, 1].map(() => ({ result: [], report: [], start: [] })) : [warm, cold];
      await delay(refillMs);
      await job(api, plain, data.id, w as Side);
      // At once again: the one that waited is used up.
      await job(api, plain, data.id, c as Side);
      await delay(refillMs);
      const ms = await caller.call();
      if (i >= 0) peer.push(ms);
    }
  } finally {
    await caller.stop();
    await celery.stop();
    await remove();
  }
  say(
    `${plain.tool}: start of a run, warm ${median(warm.start).toFixed(1)} ms, cold ${median(cold.start).toFixed(1)} ms`,
  );
  const against = 'Celery, Redis and docker run of the same function';
  const row = (what: string, ours: readonly number[]): Comparison => {
    const [a, b] = [median(ours), median(peer)];
    return {
      name: `${plain.tool}, ${what} (${against})`,
      ours: a,
      floor: b,
      ratio: a / b,
      runs: rounds,
      unit: 'ms',
    };
  };
  return [
    row('submitted to first result, warm', warm.result),
    row('submitted to finished report, warm', warm.report),
    row('submitted to first result, none ready', cold.result),
  ];
}

export async function warmAgainstCelery(
  appliance: Appliance,
  root: string,
  say: (line: string) => void,
): Promise<Comparison[]> {
  return [...(await sides(appliance, root, survival, say)), ...(await sides(appliance, root, forest, say))];
}
