import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { digestDirectory } from '@assay/sdk';
import { bombOf, carryOut, bombs as pythonBombs } from '../../runtimes/container/fixtures/bombs.ts';
import { containerRuntime } from '../../runtimes/container/index.ts';
import { startHarness } from '../../runtimes/runner/fixtures/harness.ts';
import { toFile, bombs as transformBombs } from '../../runtimes/sandbox/fixtures/escapes.ts';
import { table } from '../../runtimes/sandbox/fixtures/table.ts';
import { sandboxRuntime } from '../../runtimes/sandbox/index.ts';
import { testEngine } from '../engine.ts';
import type { Comparison } from './measure.ts';

/** How much later than its time limit a bomb may end. */
const goalMs = 3000;
const seconds = 5;

/** The bomb that ended last. */
function latest(where: string, ends: ReadonlyMap<string, number>): Comparison {
  const [name, ours] = [...ends].reduce((a, b) => (b[1] > a[1] ? b : a));
  return {
    name: `${ends.size} bombs ${where}, the latest end after the time limit: ${name} (the goal)`,
    ...{ ours, floor: goalMs, ratio: ours / goalMs, runs: 1, unit: 'ms' },
  };
}

async function inSandbox(): Promise<Comparison> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-overrun-'));
  for (const [i, bomb] of transformBombs.entries()) {
    await mkdir(path.join(folder, `t${i}`));
    await writeFile(path.join(folder, `t${i}/main.ts`), toFile(bomb));
  }
  const digest = await digestDirectory(folder);
  const plugin = { name: 'bad', directory: folder, digest, trust: 'shipped' as const };
  const harness = await startHarness([sandboxRuntime({ prestart: 2, isolation: 'auto' })], [plugin]);
  const ends = new Map<string, number>();
  try {
    for (const [i, { name }] of transformBombs.entries()) {
      await delay(1000);
      const since = performance.now();
      await harness.run({
        ...{ tool: `t${i}`, plugin: { name: 'bad', digest, tool: `t${i}` }, program: 'main.ts' },
        ...{ runtime: 'sandbox', params: {}, limits: { seconds, memoryMb: 128, outputMb: 4 } },
        data: { table, types: ['number', 'text'] },
      });
      ends.set(name, performance.now() - since - seconds * 1000);
    }
  } finally {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
  }
  return latest('in the sandbox', ends);
}

async function inContainers(ociRuntime: 'runc' | 'runsc'): Promise<Comparison> {
  const { images, socketPath } = await testEngine();
  const image = images.find(({ name }) => name === 'py-core') as never;
  const runtime = containerRuntime({ image, socketPath, owner: randomUUID(), prestart: 0, ociRuntime });
  const ends = new Map<string, number>();
  try {
    for (const [name, code] of Object.entries(pythonBombs)) {
      const { tookMs } = await carryOut(runtime, bombOf(code), { memoryMb: 256, seconds });
      ends.set(name, tookMs - seconds * 1000);
    }
  } finally {
    await runtime.close();
  }
  return latest(`in containers (${ociRuntime})`, ends);
}

/** When bombs end that have a time limit of some seconds: at the latest three seconds after it. */
export async function overrunRows(): Promise<Comparison[]> {
  return [await inSandbox(), await inContainers('runc'), await inContainers('runsc')];
}
