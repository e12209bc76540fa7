import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEngine as startR } from '../../runtimes/wasm/engine.ts';
import { type Api, callApi } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { startWithContainers } from '../containers.ts';
import { startEngine } from '../engine.ts';
import { accessRows } from './access.ts';
import { bombRows } from './bombs.ts';
import { csvAgainstPandas, enqueueToStart } from './data.ts';
import { drainAgainstCelery } from './drain.ts';
import { encryptionRows } from './encryption.ts';
import { fairnessRows } from './fairness.ts';
import { getJobAgainstFastApi } from './get-job.ts';
import { jobsAgainstPlain } from './in-image.ts';
import { type Comparison, compare, print } from './measure.ts';
import { overrunRows } from './overrun.ts';
import { peersRoot } from './peers/index.ts';
import { pluginRows } from './plugins.ts';
import { poolMemory } from './pool.ts';
import { recordRows } from './records.ts';
import { searchRows } from './search.ts';
import { transformRows } from './transforms.ts';
import { warmAgainstCelery } from './warm.ts';

/** `npm run bench [NAME…]`: each hot path beside its floor or a peer, in turns in one run. Ratios are what counts. */
const tool = path.resolve(import.meta.dirname, '../../plugins/regression/linear');
const pause = 4000;
const uploadBytes = 1024 * 1024 * 1024;

function numbers(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${i * 1.5},${(i * 7919) % 1009},${((i * 104729) % 997) / 7}`,
  );
  return `y,a,b\n${lines.join('\n')}\n`;
}

/** The same tool function on the same data in a bare R in WebAssembly, warm: what a job cannot be quicker than. */
async function bareR(csv: string) {
  const engine = await startR();
  await engine.makeFolder('/bench');
  await engine.write('/bench/data.csv', Buffer.from(csv));
  const files = (await readdir(tool)).filter((f) => f.endsWith('.R') && f !== 'main.R').sort();
  const quiet = async () => undefined;
  for (const file of [...files, 'main.R']) {
    await engine.write(`/bench/${file}`, await readFile(path.join(tool, file)));
    await engine.evaluate(`sys.source("/bench/${file}", globalenv())`, quiet);
  }
  await engine.evaluate('benchData <- read.csv("/bench/data.csv", check.names = FALSE)', quiet);
  const params =
    'list(response = "y", predictors = list("a", "b"), intercept = TRUE, robust_se = "none", conf_level = 0.95)';
  const emit = 'list(line = function(x) NULL, blob = function(...) NULL, result = function(x) NULL)';
  const job = `list(tool = "regression/linear", seed = 1, params = ${params})`;
  const work = `local({ e <- ${emit}; k <- assay$context(${job}, list(), e); assay$send(run(benchData, ${params}, k), k, e) })`;
  return { run: () => engine.evaluate(work, quiet), close: () => engine.close() };
}

async function jobOverhead(api: Api, rows: number): Promise<Comparison> {
  const csv = numbers(rows);
  const data = await api.dataset(`bench-${rows}.csv`, csv);
  const bare = await bareR(csv);
  const submit = async () => {
    const { body: job } = await api.submit('regression/linear', data.id, {
      response: 'y',
      predictors: ['a', 'b'],
    });
    const { body: events } = await api.call('GET', `/v1/jobs/${job.id}/events`);
    if (!String(events).includes('"succeeded"')) throw new Error(`the job did not succeed: ${events}`);
  };
  const name = `job from submit to report, ${rows} rows (floor: the same R in a bare webR)`;
  // A used runtime is replaced after the run; the next measurement waits until it is warm again.
  const result = await compare(name, submit, bare.run, { runs: 7, warm: 2, pause: () => delay(pause) });
  bare.close();
  return result;
}

async function upload(api: Api, folder: string): Promise<Comparison> {
  const file = path.join(folder, 'upload.bin');
  const block = randomBytes(1024 * 1024);
  const handle = await open(file, 'w');
  for (let i = 0; i < uploadBytes / block.length; i += 1) await handle.write(block);
  await handle.close();
  const send = async () => {
    const { status } = await api.call('POST', '/v1/datasets?name=bench.csv', {
      body: ReadableStream.from(createReadStream(file, { highWaterMark: 256 * 1024 })) as never,
      headers: { 'content-type': 'text/csv' },
    });
    if (status !== 201) throw new Error(`the upload was answered with ${status}`);
  };
  const copy = async () => {
    const hash = createHash('sha256');
    const target = await open(path.join(folder, 'copy.bin'), 'w');
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      hash.update(chunk);
      await target.write(chunk);
    }
    await target.sync();
    await target.close();
    hash.digest();
  };
  // Each upload is read by the table runtime, which takes the processor; the next one waits for it.
  return compare(
    `upload of ${uploadBytes / 1024 / 1024} MB (floor: file copy with SHA-256 and fsync)`,
    send,
    copy,
    { runs: 3, warm: 1, pause: () => delay(pause) },
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const say = (line: string) => void process.stdout.write(`… ${line}\n`);

/** Groups of measurements by the name that `npm run bench NAME…` picks them by; all of them where none is named. */
function groupsOf(appliance: Appliance, root: string, folder: string) {
  const api = callApi(appliance.url, appliance.token);
  const groups: Readonly<Record<string, () => Promise<Comparison[]>>> = {
    'get-job': async () => getJobAgainstFastApi(appliance, root, await freePort()),
    access: () => accessRows(appliance),
    enqueue: async () => [await enqueueToStart(appliance)],
    overhead: async () => [await jobOverhead(api, 1000)],
    'in-image': () => jobsAgainstPlain(appliance, say),
    warm: () => warmAgainstCelery(root),
    pool: () => poolMemory(appliance),
    drain: async () => [await drainAgainstCelery(root)],
    csv: async () => [await csvAgainstPandas(appliance, root)],
    upload: async () => [await upload(api, folder)],
    encryption: encryptionRows,
    records: recordRows,
    transforms: transformRows,
    fairness: fairnessRows,
    bombs: bombRows,
    overrun: overrunRows,
    plugins: pluginRows,
    search: searchRows,
  };
  return groups;
}

/** On one appliance with the engine and the images of the tests. */
async function measure(names: readonly string[]): Promise<Comparison[]> {
  const root = await peersRoot(say);
  const engine = await startEngine(say);
  Object.assign(process.env, engine.env);
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bench-'));
  try {
    const appliance = await startWithContainers();
    try {
      const groups = groupsOf(appliance, root, folder);
      const unknown = names.find((name) => !Object.hasOwn(groups, name));
      if (unknown !== undefined)
        throw new Error(`There is no measurement "${unknown}"; there are ${Object.keys(groups).join(', ')}.`);
      const found: Comparison[] = [];
      for (const [name, group] of Object.entries(groups))
        if (names.length === 0 || names.includes(name)) found.push(...(await group()));
      return found;
    } finally {
      await appliance.stop();
    }
  } finally {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const rows = await measure(process.argv.slice(2));
const heading = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`;
process.stdout.write(`\n${heading}\n\n${print(rows)}\n`);
