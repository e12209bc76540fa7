import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RunEnding, type RunHandle, readFrames } from '@assay/sdk';
import { createPool } from './pool.ts';

/** Programs that do not answer, as of an engine that hangs: nobody may wait for them without end. */
const never = new Promise<never>(() => undefined);

function handle(ended: Promise<RunEnding> = never) {
  const killed: string[] = [];
  const one: RunHandle = {
    ready: { t: 'ready', protocol: 'run/1', runtime: 'test' } as RunHandle['ready'],
    input: process.stdout as unknown as RunHandle['input'],
    output: readFrames((async function* () {})(), { maxBodyBytes: 0 }),
    idleMb: 1,
    log: () => '',
    ended,
    kill: (why) => void killed.push(why),
    peakMb: () => 0,
    begin: () => undefined,
  };
  return { one, killed };
}

test('a start that hangs is given up, and the next one serves', async () => {
  let starts = 0;
  const { one } = handle();
  const pool = createPool(() => (++starts === 1 ? never : Promise.resolve(one)), {
    prestart: 1,
    startWithinMs: 50,
  });
  assert.equal(await pool.take(new AbortController().signal), one);
  assert.equal(starts, 2);
});

test('nobody waits longer than it wants for one that is being started ahead', async () => {
  const pool = createPool(() => never, { prestart: 1 });
  const reason = new Error('enough');
  const controller = new AbortController();
  const taking = pool.take(controller.signal);
  controller.abort(reason);
  await assert.rejects(taking, reason);
  await pool.close();
});

test('what hangs at every start is a fault of the host, said to who asks', async () => {
  const pool = createPool(() => never, { prestart: 0, startWithinMs: 50 });
  await assert.rejects(pool.take(new AbortController().signal), { code: 'runner.unavailable' });
  await pool.close();
});

test('one that is ready too late is ended, not kept', async () => {
  const started = Promise.withResolvers<RunHandle>();
  const { one, killed } = handle();
  const pool = createPool(() => started.promise, { prestart: 0, startWithinMs: 50 });
  await assert.rejects(pool.take(new AbortController().signal), { code: 'runner.unavailable' });
  started.resolve(one);
  await new Promise(setImmediate);
  assert.deepEqual(killed, ['cancelled']);
  await pool.close();
});
