import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Api, callApi, type Json } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { type Comparison, compare } from './measure.ts';

/** A job against the same tool function called by plain `Rscript` or `python3` in a container of the same image. */
const plugins = path.resolve(import.meta.dirname, '../../plugins');
const run = promisify(execFile);

export interface Plain {
  readonly tool: string;
  readonly image: 'r-stats' | 'py-core';
  readonly params: object;
  readonly rows: readonly number[];
  csv(rows: number): string;
  /** Command in the container; the tool's files are in /tool, the data in /data/ROWS.csv. */
  command(rows: number): readonly string[];
  /** Command that loads what the program of the image has loaded when it waits, and does nothing. */
  readonly idle: readonly string[];
}

function lines(heading: string, rows: number, line: (i: number) => string): string {
  return `${heading}\n${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`;
}

export const survival: Plain = {
  tool: 'survival/kaplan-meier',
  image: 'r-stats',
  params: { time: 'time', event: 'event', group: 'group' },
  rows: [1000, 1_000_000],
  idle: ['Rscript', '-e', 'for (p in c("jsonlite", "nanoarrow", "survival")) loadNamespace(p)'],
  csv: (rows) =>
    lines('time,event,group', rows, (i) => `${((i * 7919) % 1009) + 1},${i % 3 ? 1 : 0},${'ab'[i % 2]}`),
  command: (rows) => [
    'Rscript',
    '-e',
    `source("/assay/entry.R"); for (f in sort(list.files("/tool", "[.]R$", full.names = TRUE))) sys.source(f, globalenv())
     d <- read.csv("/data/${rows}.csv", check.names = FALSE)
     p <- list(time = "time", event = "event", group = "group")
     e <- list(line = function(x) NULL, blob = function(...) NULL, result = function(x) NULL)
     k <- assay$context(list(tool = "t", seed = 1, params = p), list(), e); assay$send(run(d, p, k), k, e)`,
  ],
};

export const forest: Plain = {
  tool: 'machine-learning/random-forest',
  image: 'py-core',
  params: { target: 'y', trees: 20, cv_folds: 3 },
  rows: [1000, 100_000],
  idle: ['python3', '-c', 'import numpy, pandas, sklearn.ensemble'],
  csv: (rows) =>
    lines('a,b,c,y', rows, (i) => {
      const [a, b, c] = [(i * 7919) % 1009, (i * 104729) % 997, (i * 31) % 101];
      return `${a},${b},${c},${a + b > 1000 ? 'yes' : 'no'}`;
    }),
  command: (rows) => [
    'python3',
    '-c',
    `import sys; sys.path[:0] = ["/assay", "/tool"]
import pandas, numpy, entry, main
class Emit:
    def line(self, *a): pass
    blob = result = line
d = pandas.read_csv("/data/${rows}.csv")
numpy.random.seed(1)
columns = [{"name": n, "role": "category" if n == "y" else "numeric", "roles": [], "type": "text" if n == "y" else "integer"} for n in d.columns]
k = entry.Context({"tool": "t", "seed": 1, "inputs": [{"schema": {"columns": columns}}]}, Emit())
p = {"target": "y", "trees": 20, "cv_folds": 3, "conf_level": 0.95}
entry.send(main.run(d, p, k), k, Emit())`,
  ],
};

/** A folder with the data of each size, as containers are given it beside the tool. */
export async function plainFolder(plain: Plain, sizes: readonly number[]) {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-bench-'));
  // Programs in the image are nobody.
  await chmod(folder, 0o755);
  for (const rows of sizes) await writeFile(path.join(folder, `${rows}.csv`), plain.csv(rows));
  const mounts = ['-v', `${folder}:/data:ro`, '-v', `${path.join(plugins, plain.tool)}:/tool:ro`];
  return { folder, mounts, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Starts a command in a container of the image. @returns its id, and a way to say more to the engine */
export async function startInImage(image: string, mounts: readonly string[], command: readonly string[]) {
  const { socketPath, images } = await testEngine();
  const id = images.find(({ name }) => name === image)?.id ?? '';
  const docker = (...args: string[]) =>
    run('docker', ['-H', `unix://${socketPath}`, ...args], { maxBuffer: 1024 * 1024 });
  const [program = '', ...given] = command;
  const options = ['-d', '--rm', '--network', 'none', '--read-only', '--tmpfs', '/tmp', '--memory', '3g'];
  const { stdout } = await docker('run', ...options, ...mounts, '--entrypoint', program, id, ...given);
  const container = stdout.trim();
  return { id: container, image: id, docker, stop: () => docker('rm', '-f', container) };
}

/** A container that idles, with the tool and the data in it; a user's own R or Python in the same image. */
async function idle({ image }: Plain, mounts: readonly string[]) {
  const { id, docker, stop } = await startInImage(image, mounts, ['sleep', 'infinity']);
  return {
    run: (command: readonly string[]) =>
      docker('exec', '-e', 'OMP_NUM_THREADS=1', '-e', 'PYTHONDONTWRITEBYTECODE=1', id, ...command),
    stop,
  };
}

async function finish(api: Api, { tool, params }: Plain, data: string): Promise<Json> {
  const { body: job } = await api.submit(tool, data, params);
  await api.call('GET', `/v1/jobs/${job.id}/events`);
  const done = await api.finished(job.id);
  if (done.state !== 'succeeded') throw new Error(`${tool}: ${JSON.stringify(done.error)}`);
  return done;
}

async function side(api: Api, plain: Plain, say: (line: string) => void): Promise<Comparison[]> {
  const { mounts, remove } = await plainFolder(plain, plain.rows);
  const container = await idle(plain, mounts);
  const found: Comparison[] = [];
  try {
    for (const rows of plain.rows) {
      const data = await api.dataset(`${rows}.csv`, plain.csv(rows));
      let last: Json;
      const ours = async () => {
        last = await finish(api, plain, data.id);
      };
      const name = `${plain.tool} in a container, ${rows} rows (the same function by plain ${plain.command(rows)[0]} in the same image)`;
      const few = { runs: 3, warm: 1, pause: () => delay(500) };
      found.push(await compare(name, ours, () => container.run(plain.command(rows)), few));
      say(`${plain.tool}, ${rows} rows: ${JSON.stringify(last?.timings)}`);
    }
  } finally {
    await container.stop();
    await remove();
  }
  return found;
}

/** @param say told where the time of the last job went */
export async function jobsAgainstPlain(
  appliance: Appliance,
  say: (line: string) => void,
): Promise<Comparison[]> {
  const api = callApi(appliance.url, appliance.token);
  return [...(await side(api, survival, say)), ...(await side(api, forest, say))];
}
