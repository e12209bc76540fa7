import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Runtime } from '@assay/sdk';
import { tableFromArrays } from 'apache-arrow';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { containerRuntime } from '../container/index.ts';
import { type Abuse, abuseParams, abuses } from './fixtures/abuses.ts';
import { type Got, type Harness, type Sent, said, startHarness } from './fixtures/harness.ts';
import { liarRuntime } from './fixtures/liar-runtime.ts';

/** How long after its limit a run may last; an engine takes a moment to remove a container. */
const overMs = 3000;
const data = { table: tableFromArrays({ x: Float64Array.of(1, 2, 3) }), types: ['number' as const] };

/** Has an abuse carried out: it ends as it must, in its time, in well-formed events, and the next run is served. */
async function abuse(
  { what, limits, ending, ...rest }: Abuse,
  run: (params: Record<string, unknown>, more: Partial<Sent>) => Promise<Got>,
): Promise<void> {
  let started = Number.NaN;
  const got = await run(abuseParams({ what, ending, ...rest }), {
    limits: { seconds: 60, ...limits },
    onEvent: (event) => {
      if (event.t === 'started') started = performance.now();
    },
  });
  const tookMs = performance.now() - started;
  assert.equal(said(got), ending, JSON.stringify(got.ended));
  assert.equal(got.events.map((event) => event.t).lastIndexOf('ended'), got.events.length - 1);
  if (ending === 'resource/TIMEOUT')
    assert.ok(tookMs < (limits?.seconds ?? 60) * 1000 + overMs, `${Math.round(tookMs)} ms`);
  if (ending !== 'ok') assert.equal(got.ended.ok, false);
}

describe('programs that abuse the run protocol', { concurrency: 4 }, () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness([liarRuntime(1)]);
  });
  after(async () => {
    // No program is left but the one that waits.
    await harness?.idle(1);
    await harness?.close();
  });
  const run = (params: Record<string, unknown>, more: Partial<Sent> = {}) =>
    harness.run({ tool: 'none', runtime: 'liar', plugin: null, params, ...more });
  const honest = async () => assert.equal(said(await run({ act: 'honest' })), 'ok', 'the next run is served');

  test('each has a name of its own', () => {
    assert.equal(new Set(abuses.map(({ what }) => what)).size, abuses.length);
  });

  for (const each of abuses)
    test(`${each.what}: ${each.ending}`, async () => {
      await abuse(each, run);
      await honest();
    });

  test('printing without end: the log is capped and the time is up', async () => {
    const got = await run({ act: 'prints' }, { limits: { seconds: 2 } });
    assert.equal(said(got), 'resource/TIMEOUT');
    assert.ok(!got.ended.ok && got.ended.log.length <= 4096);
    await honest();
  });

  test('standard output and error closed early do no harm', async () => {
    assert.equal(said(await run({ act: 'closes its outputs' })), 'ok');
  });

  test('inputs that are never read hold nobody up beyond the limit of time', async () => {
    const wide = { table: tableFromArrays({ x: new Float64Array(4e6) }), types: ['number' as const] };
    const got = await run({ act: 'is deaf' }, { data: wide, limits: { seconds: 2 } });
    assert.equal(said(got), 'resource/TIMEOUT');
    await honest();
  });
});

const full = process.env.ASSAY_TEST_FULL === 'true';

for (const [image, program, tool] of [
  ['r-stats', 'main.R', 'speaks'],
  ['py-core', 'main.py', 'speaks-py'],
] as const)
  describe(`the same in a container of ${image}`, need('docker'), () => {
    let harness: Harness;
    before(async () => {
      const { socketPath, images } = await testEngine();
      const built = images.find(({ name }) => name === image);
      assert.ok(built);
      const runtime: Runtime = containerRuntime({
        image: built,
        socketPath,
        owner: `test-${randomUUID()}`,
        prestart: 1,
      });
      harness = await startHarness([runtime]);
    });
    after(() => harness?.close());
    const run = (params: Record<string, unknown>, more: Partial<Sent> = {}) =>
      harness.run({ tool, program, runtime: `container/${image}`, data, params, ...more });

    for (const each of abuses.filter(({ everywhere }) => everywhere || full))
      test(`${each.what}: ${each.ending}`, () => abuse(each, run));

    test('after all of them the next run is served', () =>
      abuse(abuses.find(({ what }) => what === 'something after done') as Abuse, run));
  });
