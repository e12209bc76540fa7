import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { FrameHeader, RunSpecification, Runtime } from '@assay/sdk';
import { openEngine } from '../../runtimes/container/engine.ts';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { containerRuntime } from '../container/index.ts';
import { containerProfile, ownerLabel } from '../container/profile.ts';
import { renderForDocker } from '../container/render-engine.ts';
import { type Harness, startHarness } from './fixtures/harness.ts';
import { liarRuntime } from './fixtures/liar-runtime.ts';
import { hostileSpecifications } from './fixtures/specifications.ts';
import { macOf, sayToRunner } from './fixtures/worker.ts';

/** Counts the programs that are handed out: a refused specification must not get as far as that. */
function counting(runtime: Runtime): { readonly runtime: Runtime; taken: number } {
  const counted = {
    taken: 0,
    runtime: {
      ...runtime,
      take(signal: AbortSignal) {
        counted.taken += 1;
        return runtime.take(signal);
      },
    },
  };
  return counted;
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const go = { t: 'go' };

/** The frames of a specification that was made with the runner's own key: what a worker in other hands can send. */
function signed(key: Uint8Array, bytes: Uint8Array): (FrameHeader | Uint8Array)[] {
  return [{ t: 'spec', mac: macOf(key, bytes), bytes: bytes.length }, bytes];
}

describe('hostile specifications, made with the worker’s own key', () => {
  const liar = counting(liarRuntime(1));
  let harness: Harness;
  before(async () => {
    harness = await startHarness([liar.runtime]);
  });
  after(() => harness?.close());

  const honest = (params: Record<string, unknown> = { act: 'honest' }) =>
    harness.specify({ tool: 'means', runtime: 'liar', params });
  const say = (...pieces: (FrameHeader | Uint8Array)[]) => sayToRunner(harness.socketPath, pieces);
  const ask = (spec: unknown, ...more: (FrameHeader | Uint8Array)[]) =>
    say(...signed(harness.key, bytesOf(spec)), ...more);

  async function refused(asking: Promise<{ said: string; message: string; frames: readonly string[] }>) {
    const before = liar.taken;
    const answered = await asking;
    assert.equal(answered.said, 'internal/REFUSED', answered.message);
    assert.deepEqual(answered.frames, ['ended'], 'nothing was started');
    assert.equal(liar.taken, before, 'no program was handed out');
    return answered.message;
  }

  test('an honest one is carried out', async () => {
    assert.equal((await ask(honest(), go)).said, 'ok');
  });

  test('there are at least 25 of them, each by a name of its own', () => {
    assert.equal(new Set(hostileSpecifications.map(({ what }) => what)).size, hostileSpecifications.length);
    assert.ok(hostileSpecifications.length >= 25);
  });

  for (const { what, make, refusal } of hostileSpecifications)
    test(`one that asks for ${what} is refused`, async () => {
      assert.match(await refused(ask(make(honest()), go)), refusal);
    });

  const texts: Readonly<Record<string, Uint8Array>> = {
    'no JSON': Buffer.from('{"run": NaN}'),
    'no UTF-8': Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    'a number beyond all': Buffer.from('{"run": 1e999}'),
    'nothing at all': Buffer.alloc(0),
  };
  for (const [what, bytes] of Object.entries(texts))
    test(`one that is ${what} is refused`, async () => {
      await refused(say(...signed(harness.key, bytes), go));
    });

  test('one whose parameters are a million levels deep is refused', async () => {
    const text = JSON.stringify(honest({ deep: 'here' }));
    const deep = text.replace('"here"', `${'['.repeat(1e6)}${']'.repeat(1e6)}`);
    assert.match(await refused(say(...signed(harness.key, Buffer.from(deep)), go)), /nested deeper/);
  });

  test('one that is longer than any is refused before it is read', async () => {
    await refused(say({ t: 'spec', mac: 'ab', bytes: 2 ** 39 }, Buffer.from('{')));
  });

  const macs: Readonly<Record<string, (spec: RunSpecification) => unknown>> = {
    'no code at all': () => undefined,
    'an empty code': () => '',
    'a code of zeros': () => '0'.repeat(64),
    'a code that is a list': () => ['0'.repeat(64)],
    'a code by another key': (spec) => macOf(randomBytes(32), bytesOf(spec)),
    'the code of another run': (spec) => macOf(harness.key, bytesOf({ ...spec, run: randomUUID() })),
    'a part of its code': (spec) => macOf(harness.key, bytesOf(spec)).slice(0, 32),
  };
  for (const [what, mac] of Object.entries(macs))
    test(`one with ${what} is refused`, async () => {
      const spec = honest();
      const bytes = bytesOf(spec);
      assert.match(
        await refused(say({ t: 'spec', mac: mac(spec), bytes: bytes.length }, bytes, go)),
        /not from our worker/,
      );
    });

  test('one that was carried out already is refused, also where it was first sent by two at once', async () => {
    const spec = honest();
    const both = await Promise.all([ask(spec, go), ask(spec, go)]);
    assert.deepEqual(both.map(({ said }) => said).sort(), ['internal/REFUSED', 'ok']);
    assert.match(await refused(ask(spec, go)), /already/);
  });

  const data = Buffer.from('abc');
  const digest = `sha256:${'0'.repeat(64)}`;
  const withInput = () => {
    const spec = honest();
    const input = { slot: 'data', format: 'arrow' as const, bytes: 3, digest };
    return { ...spec, job: { ...spec.job, inputs: [input] } };
  };
  const brokenOff: Readonly<Record<string, readonly (FrameHeader | Uint8Array)[]>> = {
    'another length than it said': [{ t: 'input', slot: 'data', bytes: 2 }, data.subarray(0, 2), go],
    'another slot than it said': [{ t: 'input', slot: 'other', bytes: 3 }, data, go],
    'an input twice': [
      { t: 'input', slot: 'data', bytes: 3 },
      data,
      { t: 'input', slot: 'data', bytes: 3 },
      data,
      go,
    ],
    'no input, and says go': [go],
    'a file of code': [{ t: 'code', name: 'main.R', bytes: 3 }, data, go],
    'a second job': [{ t: 'run', bytes: 2 }, Buffer.from('{}'), go],
    'a second specification': [{ t: 'spec', mac: '', bytes: 2 }, Buffer.from('{}'), go],
  };
  for (const [what, pieces] of Object.entries(brokenOff))
    test(`a worker that sends ${what} is hung up on, and its program ended`, async () => {
      const answered = await ask(withInput(), ...pieces);
      assert.equal(answered.said, 'hung up');
      await harness.idle(1);
      assert.equal((await ask(honest(), go)).said, 'ok', 'the next one is served');
    });

  test('a first frame that is no specification, and one that never comes, cost nothing', async () => {
    assert.equal((await say({ t: 'go' })).said, 'hung up');
    assert.equal((await say(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).said, 'hung up');
    assert.equal((await say(Buffer.alloc(100_000, 0x79))).said, 'hung up');
    assert.equal((await ask(honest(), go)).said, 'ok');
  });
});

describe('seen from the engine', need('docker'), () => {
  const owner = `test-${randomUUID()}`;
  let harness: Harness;
  let socketPath: string;
  let image: string;
  before(async () => {
    const engine = await testEngine();
    const built = engine.images.find(({ name }) => name === 'r-stats');
    assert.ok(built);
    ({ socketPath } = engine);
    image = built.id;
    harness = await startHarness([containerRuntime({ image: built, socketPath, owner, prestart: 0 })]);
  });
  after(() => harness?.close());

  const runtime = 'container/r-stats';
  const containers = async () => {
    const all = await openEngine(socketPath).listContainers({ all: true });
    return all.filter(({ Labels }) => Labels[ownerLabel]?.startsWith(owner));
  };

  test('no hostile specification makes a container, of whatever image', async () => {
    const honest = () => harness.specify({ tool: 'means', runtime });
    for (const { what, make } of hostileSpecifications) {
      const answered = await sayToRunner(harness.socketPath, [
        ...signed(harness.key, bytesOf(make(honest()))),
        go,
      ]);
      assert.equal(answered.said, 'internal/REFUSED', what);
      assert.deepEqual(await containers(), [], what);
    }
  });

  test('what parameters, names and limits say does not reach the container: it is the fixed profile', async () => {
    const stop = new AbortController();
    const hostConfig = { Privileged: true, Binds: ['/:/host'], NetworkMode: 'host', CapAdd: ['ALL'] };
    const running = harness.run({
      tool: 'forever',
      runtime,
      params: {
        HostConfig: hostConfig,
        image: 'alpine',
        User: 'root',
        Env: ['A=b'],
        Entrypoint: ['/bin/sh'],
      },
      limits: { memoryMb: 700, seconds: 60 },
      signal: stop.signal,
      onEvent: (event) => event.t === 'started' && seen.resolve(),
    });
    running.catch(() => undefined);
    const seen = Promise.withResolvers<void>();
    await seen.promise;
    const [one, ...more] = await containers();
    assert.deepEqual(more, []);
    const found = await openEngine(socketPath)
      .getContainer(one?.Id ?? '')
      .inspect();
    const fixed = renderForDocker(
      containerProfile({ image, owner: `${owner}/r-stats`, startMemoryMb: 700 + 768, cpuShares: 1024 }),
    );
    const { HostConfig, Env, Labels } = fixed;
    // Docker fills in what nobody asked for; of what we ask for, everything must be as it is asked.
    const asked = { ...HostConfig } as Record<string, unknown>;
    const got = found.HostConfig as unknown as Record<string, unknown>;
    for (const name of Object.keys(asked)) {
      // The limit of memory is set to the job's own a moment after the start.
      if (name === 'Memory' || name === 'MemorySwap') continue;
      if (name === 'RestartPolicy') assert.partialDeepStrictEqual(got[name], asked[name]);
      else assert.deepEqual(got[name], asked[name], name);
    }
    assert.deepEqual(
      { binds: got.Binds ?? [], caps: got.CapAdd ?? [], devices: got.Devices ?? [], mounts: found.Mounts },
      { binds: [], caps: [], devices: [], mounts: [] },
    );
    assert.deepEqual(
      { image: found.Image, user: found.Config.User, labels: found.Config.Labels?.[ownerLabel] },
      { image, user: '65534:65534', labels: Labels?.[ownerLabel] },
    );
    for (const variable of found.Config.Env) assert.ok(Env?.includes(variable), variable);
    const networks = Object.keys(found.NetworkSettings.Networks);
    assert.ok(
      networks.every((name) => name === 'none'),
      networks.join(' '),
    );
    stop.abort();
    await assert.rejects(running, { name: 'AbortError' });
  });
});
