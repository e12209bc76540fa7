import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run as derive } from '../../plugins/prepare/derive/main.ts';
import { runIsolated } from '../../runtimes/sandbox/isolate.ts';
import { type Comparison, compare } from './measure.ts';

const rows = 1_000_000;
const prepare = path.join(import.meta.dirname, '../../plugins/prepare');

/** The same arithmetic as a hand would write it. */
const byHand = `export function run({ rows, columns }, params, { memory }) {
  const [a, b, c, d, e] = columns.map(({ values }) => values);
  const out = memory.float64(rows);
  for (let i = 0; i < rows; i += 1)
    out[i] = (a[i] - b[i]) / Math.sqrt(c[i] * c[i] + d[i] * d[i]) + Math.log(e[i]);
  return { datasets: [{ name: 'd', title: 'd', columns: [...columns, { name: 'z', type: 'number', values: out }] }] };
}
`;
const params = { columns: [{ name: 'z', expression: '(a - b) / sqrt(c * c + d * d) + log(e)' }] };

const memory = {
  float64: (n: number) => new Float64Array(new SharedArrayBuffer(n * 8)),
  int32: (n: number) => new Int32Array(new SharedArrayBuffer(n * 4)),
  uint8: (n: number) => new Uint8Array(new SharedArrayBuffer(n)),
};
const context = {
  seed: 1,
  memory,
  refuse({ message }: { readonly message: string }): never {
    throw new Error(message);
  },
};

function makeData() {
  const columns = ['a', 'b', 'c', 'd', 'e'].map((name, k) => {
    const values = memory.float64(rows);
    for (let i = 0; i < rows; i += 1) values[i] = ((i * (k + 3) * 7919) % 10_007) / 100 + 1;
    return { name, type: 'number' as const, values };
  });
  return { name: 'bench', rows, columns };
}

async function readCode(): Promise<Map<string, Buffer>> {
  const code = new Map([['main.ts', await readFile(path.join(prepare, 'derive/main.ts'))]]);
  for (const file of await readdir(prepare))
    if (file.endsWith('.ts') && !file.endsWith('.test.ts'))
      code.set(file, await readFile(path.join(prepare, file)));
  return code;
}

/** A transform in an isolate of its own, from its code and columns to its new ones, against the same function here. */
export async function transformRows(): Promise<Comparison[]> {
  const data = makeData();
  const isolated = (code: ReadonlyMap<string, Uint8Array>, program: string, given: object) =>
    runIsolated({
      ...{ code, program, data, params: given, seed: 1, memoryMb: 512 },
      onCatastrophe: () => process.exit(1),
    });
  const code = await readCode();
  const hand = new Map([['main.js', Buffer.from(byHand)]]);
  const { run } = (await import(`data:text/javascript,${encodeURIComponent(byHand)}`)) as {
    run: (given: typeof data, params: object, with_: typeof context) => unknown;
  };
  const few = {
    ...data,
    rows: 1,
    columns: data.columns.map((c) => ({ ...c, values: c.values.slice(0, 1) })),
  };
  const options = { runs: 15, warm: 3 };
  return [
    await compare(
      'transform of 1e6 x 5, a loop by hand, in a fresh isolate (the same function here)',
      () => isolated(hand, 'main.js', {}),
      async () => run(data, {}, context),
      options,
    ),
    await compare(
      'transform of 1e6 x 5, prepare/derive, in a fresh isolate (the same function here)',
      () => isolated(code, 'main.ts', params),
      async () => derive(data, params, context),
      options,
    ),
    await compare(
      'a fresh isolate, one row (a fresh worker thread)',
      () =>
        runIsolated({
          ...{ code: hand, program: 'main.js', data: few, params: {}, seed: 1, memoryMb: 512 },
          onCatastrophe: () => process.exit(1),
        }),
      startThread,
      options,
    ),
  ];
}

async function startThread(): Promise<void> {
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true });
  await new Promise((resolve) => thread.once('message', resolve));
  await thread.terminate();
}
