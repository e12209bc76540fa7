import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunEnding, type RunHandle, readFrames } from '@assay/sdk';
import { createDemand } from './demand.ts';
import { createPool } from './pool.ts';
import { createStock, type StockOptions } from './stock.ts';

const signal = new AbortController().signal;
const usual: StockOptions = { memoryMb: 1000, most: 4, idleMs: 60_000, busyAt: 1 };

/** Programs that do nothing but wait; they say how many were started and how many are there. */
function programs(idleMb = 100) {
  const there = new Set<RunHandle>();
  let started = 0;
  let mostAtOnce = 0;
  let starting = 0;
  async function start(): Promise<RunHandle> {
    starting += 1;
    mostAtOnce = Math.max(mostAtOnce, starting);
    await delay(5);
    starting -= 1;
    started += 1;
    const ended = Promise.withResolvers<RunEnding>();
    const one: RunHandle = {
      ready: { t: 'ready', protocol: 'run/1', runtime: 'test' } as RunHandle['ready'],
      idleMb,
      input: process.stdout as unknown as RunHandle['input'],
      output: readFrames((async function* () {})(), { maxBodyBytes: 0 }),
      log: () => '',
      ended: ended.promise,
      kill(why) {
        there.delete(one);
        ended.resolve({ how: 'killed', why });
      },
      peakMb: () => 0,
      begin: () => undefined,
    };
    there.add(one);
    return one;
  }
  return { start, there: () => there.size, started: () => started, mostAtOnce: () => mostAtOnce };
}

async function until(what: string, is: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !is(); i += 1) await delay(5);
  assert.ok(is(), what);
}
/** Long enough that what could begin would have begun. */
const quiet = () => delay(60);

test('what was asked for at once is kept ready for the next time, and no more than the most', async () => {
  const { start, there } = programs();
  const stock = createStock(usual);
  const pool = createPool(start, { prestart: 1, stock });
  await until('one is ready', () => there() === 1);
  for (const burst of [3, 9]) {
    const taken = await Promise.all(Array.from({ length: burst }, () => pool.take(signal)));
    for (const handle of taken) handle.kill('cancelled');
    await until('as many as were asked for', () => there() === Math.min(burst, usual.most));
  }
  await quiet();
  assert.equal(there(), usual.most);
  await pool.close();
  assert.equal(there(), 0);
});

test('all pools together stay under the memory that is set aside, by what their programs were measured to take', async () => {
  const stock = createStock({ ...usual, memoryMb: 650 });
  const [large, small] = [programs(300), programs(50)];
  const pools = [
    createPool(large.start, { prestart: 4, stock }),
    createPool(small.start, { prestart: 4, stock }),
  ];
  await until('all that fits', () => large.there() * 300 + small.there() * 50 > 500);
  await quiet();
  assert.ok(large.there() * 300 + small.there() * 50 <= 650, `${large.there()} and ${small.there()}`);
  assert.ok(small.there() > 0, 'a pool whose programs are small is not kept out');
  await Promise.all(pools.map((pool) => pool.close()));
});

test('nothing is started ahead while a run has the processor, and one at a time else', async () => {
  const { start, there, started, mostAtOnce } = programs();
  const stock = createStock(usual);
  const other = createPool(programs().start, { prestart: 0, stock });
  const running = await other.take(signal);
  const pool = createPool(start, { prestart: 3, stock });
  await quiet();
  assert.equal(started(), 0);
  running.kill('cancelled');
  await until('the stock is filled', () => there() === 3);
  assert.equal(mostAtOnce(), 1);
  await Promise.all([pool.close(), other.close()]);
});

test('what was not used for long is let go, and comes back with the next run', async () => {
  const { start, there } = programs();
  const stock = createStock({ ...usual, idleMs: 200 });
  const pool = createPool(start, { prestart: 2, stock });
  await until('ready', () => there() === 2);
  await until('let go', () => there() === 0);
  const handle = await pool.take(signal);
  handle.kill('cancelled');
  await until('ready again', () => there() === 2);
  await pool.close();
});

test('one that dies while it waits is replaced; a start that fails is tried again, later each time', async () => {
  const { start, there } = programs();
  let fails = 3;
  let tries = 0;
  const stock = createStock(usual);
  const waiting: RunHandle[] = [];
  const pool = createPool(
    async () => {
      tries += 1;
      if (fails-- > 0) throw new Error('not now');
      const handle = await start();
      waiting.push(handle);
      return handle;
    },
    { prestart: 1, stock },
  );
  await until('started in the end', () => there() === 1);
  assert.equal(tries, 4);
  waiting[0]?.kill('cancelled');
  await until('replaced', () => there() === 1 && waiting.length === 2);
  await pool.close();
});

test('two that ask while one is being made ready are served by it and by another', async () => {
  const { start, started } = programs();
  const pool = createPool(start, { prestart: 1, stock: createStock(usual) });
  const [one, two] = await Promise.all([pool.take(signal), pool.take(signal)]);
  assert.notEqual(one, two);
  assert.equal(started(), 2);
  await pool.close();
});

test('demand: what began within ten seconds of each other, as long as it is remembered', () => {
  let now = 0;
  const demand = createDemand(() => now);
  for (const at of [0, 1000, 2000, 30_000, 45_000, 46_000]) {
    now = at;
    demand.note();
  }
  assert.equal(demand.burst(60_000), 3);
  assert.equal(demand.burst(20_000), 2);
  now = 200_000;
  assert.equal(demand.burst(60_000), 0);
});
