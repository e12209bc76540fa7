import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { callApi } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { ownerUrl } from '../workspaces.ts';
import { type Comparison, compare, median } from './measure.ts';
import { runInside } from './peers/index.ts';

const csvBytes = 100 * 1024 * 1024;

async function writeCsv(file: string): Promise<void> {
  const handle = await open(file, 'w');
  await handle.write('id,group,value,other,name,day\n');
  for (let i = 0, bytes = 0; bytes < csvBytes; ) {
    const block: string[] = [];
    for (const end = i + 10_000; i < end; i += 1) {
      const day = `2026-0${(i % 9) + 1}-1${i % 10}`;
      block.push(
        `${i},${'abcd'[i % 4]},${(i * 7919) % 1009}.25,${Math.sin(i).toFixed(6)},name ${i % 5000},${day}`,
      );
    }
    const text = `${block.join('\n')}\n`;
    bytes += text.length;
    await handle.write(text);
  }
  await handle.close();
}

/** 100 MB of CSV: uploaded, encrypted, profiled and kept as Parquet and Arrow, against pandas' reading and `describe`. */
export async function csvAgainstPandas(appliance: Appliance, root: string): Promise<Comparison> {
  const api = callApi(appliance.url, appliance.token);
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bench-'));
  const file = path.join(folder, 'data.csv');
  await writeCsv(file);
  const ours = async () => {
    const body = ReadableStream.from(createReadStream(file, { highWaterMark: 256 * 1024 })) as never;
    const { state, reasons } = await api.dataset('bench.csv', body);
    if (state !== 'ready') throw new Error(JSON.stringify(reasons));
  };
  const program = `import pandas; d = pandas.read_csv("${file}", parse_dates=["day"]); d.describe(include="all").to_string()`;
  const pandas = () => runInside({ root, binds: [folder] }, ['python3', '-c', program]);
  const name = '100 MB of CSV from upload to ready (pandas read_csv + describe)';
  try {
    return await compare(name, ours, pandas, { runs: 3, warm: 1, pause: () => delay(1000) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const submissions = 60;

/** From the submission of a job to its attempt, by the job's own timings; the floor is LISTEN and NOTIFY alone. */
export async function enqueueToStart(appliance: Appliance): Promise<Comparison> {
  const api = callApi(appliance.url, appliance.token);
  const data = await api.dataset('small.csv', 'a,b\n1,2\n3,5\n4,4\n8,1\n');
  const connectionString = await ownerUrl(appliance);
  const [speaker, listener] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([speaker.connect(), listener.connect()]);
  await listener.query('listen bench');
  const sides = { ours: [] as number[], floor: [] as number[] };
  try {
    for (let i = 0; i < submissions; i += 1) {
      // The first is run, the rest are recalled: they wait in the same queue.
      const json = { tool: 'explore/describe', inputs: { data: data.id }, params: {} };
      const { body: job } = await api.call('POST', '/v1/jobs', { json });
      const { timings } = await api.finished(job.id);
      const heard = new Promise((resolve) => listener.once('notification', resolve));
      const since = performance.now();
      await speaker.query('notify bench');
      await heard;
      if (i === 0) continue;
      sides.ours.push(timings.queueMs);
      sides.floor.push(performance.now() - since);
    }
  } finally {
    await Promise.all([speaker.end(), listener.end()]);
  }
  const [ours, floor] = [median(sides.ours), median(sides.floor)];
  const name = 'from a submitted job to its attempt (LISTEN and NOTIFY alone)';
  return { name, ours, floor, ratio: ours / floor, runs: submissions - 1, unit: 'ms' };
}
