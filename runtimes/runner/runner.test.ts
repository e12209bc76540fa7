import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createFence } from '@assay/runtime-process';
import { AssayError, digestDirectory, type Runtime } from '@assay/sdk';
import { tableFromArrays } from 'apache-arrow';
import { connectRun, describeRunner } from '../../core/base/runner/index.ts';
import { processTree } from '../process/tree.ts';
import { type Harness, hostile, type Sent, said, startHarness } from './fixtures/harness.ts';
import { liarRuntime } from './fixtures/liar-runtime.ts';

/** Waits until none of these processes is there. */
async function gone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 20_000;
  const there = () => pids.filter((pid) => existsSync(`/proc/${pid}/exe`));
  while (there().length > 0) {
    assert.ok(performance.now() < deadline, `still there: ${there().join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('runner', () => {
  let harness: Harness;
  let folder: string;
  let altered: { name: string; directory: string; digest: string; trust: 'shipped' | 'own' };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-plugins-'));
    const directory = path.join(folder, 'altered');
    await cp(hostile, directory, { recursive: true });
    altered = { name: 'altered', directory, digest: await digestDirectory(directory), trust: 'shipped' };
    const strong = { directory: hostile, digest: await digestDirectory(hostile), trust: 'own' as const };
    harness = await startHarness(
      [liarRuntime(1)],
      [
        altered,
        { ...strong, name: 'own' },
        { ...strong, name: 'own-in-container', isolation: 'container' },
        { ...strong, name: 'own-in-gvisor', isolation: 'gvisor' },
      ],
    );
  });
  after(async () => {
    await harness?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (act: string, more: Partial<Sent> = {}) =>
    harness.run({ tool: 'none', runtime: 'liar', plugin: null, params: { act }, ...more });

  test('the socket belongs to its owner alone, and says what this host offers', async () => {
    assert.equal((await stat(harness.socketPath)).mode & 0o777, 0o600);
    const offered = await describeRunner(harness.socketPath);
    assert.deepEqual(offered, harness.runner.runtimes);
    assert.equal(offered[0]?.name, 'liar');
  });

  test('an honest run', async () => {
    const got = await run('honest');
    assert.equal(said(got), 'ok');
    assert.deepEqual(got.result, {});
    assert.deepEqual(
      got.events.map((e) => e.t),
      ['started', 'result', 'ended'],
    );
  });

  test('a specification with another key, and one that was used, are refused', async () => {
    const forged = await run('honest', { key: randomBytes(32) });
    assert.equal(said(forged), 'internal/REFUSED');
    assert.deepEqual(
      forged.events.map((e) => e.t),
      ['ended'],
    );
    const once = randomUUID();
    assert.equal(said(await run('honest', { run: once })), 'ok');
    assert.equal(said(await run('honest', { run: once })), 'internal/REFUSED');
    assert.equal(said(await run('honest', { run: '../../etc' })), 'internal/REFUSED');
  });

  test('a plugin that is not the admitted one is refused', async () => {
    const ask = (plugin: Sent['plugin']) => run('honest', plugin === undefined ? {} : { plugin });
    const { name, digest, directory } = altered;
    assert.equal(said(await ask({ name, digest, tool: 'means' })), 'ok');
    assert.equal(said(await ask({ name: 'unknown', digest, tool: 'means' })), 'internal/REFUSED');
    assert.equal(
      said(await ask({ name, digest: `sha256:${'0'.repeat(64)}`, tool: 'means' })),
      'internal/REFUSED',
    );
    assert.equal(said(await ask({ name, digest, tool: '../../means' })), 'internal/REFUSED');
    await writeFile(path.join(directory, 'means/main.R'), '# other code');
    const refused = await ask({ name, digest, tool: 'means' });
    assert.equal(said(refused), 'internal/REFUSED');
    assert.match(refused.ended.ok ? '' : refused.ended.error.message, /altered/);
    await symlink('/etc/passwd', path.join(directory, 'means/more.R'));
    assert.notEqual(said(await ask({ name, digest, tool: 'means' })), 'ok');
    assert.equal(said(await run('honest', { runtime: 'other' })), 'internal/REFUSED');
  });

  test('a plugin that needs a stronger wall than this runtime is refused, whatever the worker asks', async () => {
    const { isolation } = harness.runner.runtimes[0] ?? assert.fail('a runtime');
    assert.ok(['process', 'bubblewrap'].includes(isolation));
    const digest = await digestDirectory(hostile);
    const ask = (name: string) => run('honest', { plugin: { name, digest, tool: 'escapes' } });
    for (const name of ['own-in-container', 'own-in-gvisor']) {
      const refused = await ask(name);
      assert.equal(said(refused), 'internal/REFUSED');
      assert.match(refused.ended.ok ? '' : refused.ended.error.message, /needs (container|gvisor) around it/);
    }
    if (isolation === 'bubblewrap') assert.equal(said(await ask('own')), 'ok');
  });

  test('runs of plugins that the release does not ship leave processors alone, and so does what is started ahead meanwhile', async () => {
    const fence = createFence({ all: 'all', others: 'others' });
    const seen: (string | undefined)[][] = [];
    const liar = liarRuntime(1);
    // What the kernel would refuse as processors is told here and not handed on.
    const watched: Runtime = {
      ...liar,
      async take(signal, processorList) {
        const handle = await liar.take(signal);
        return {
          ...handle,
          begin(limits) {
            seen.push([processorList, limits.processorList, fence.ahead()]);
            handle.begin({ seconds: limits.seconds, memoryMb: limits.memoryMb });
          },
        };
      },
    };
    const walled = (await liar.describe()).isolation === 'bubblewrap';
    const digest = await digestDirectory(hostile);
    const own = { name: 'own', directory: hostile, digest, trust: 'own' as const };
    const shipped = { ...own, name: 'shipped', trust: 'shipped' as const };
    const fenced = await startHarness([watched], [own, shipped], { fence });
    try {
      for (const name of ['shipped', ...(walled ? ['own'] : [])]) {
        const plugin = { name, digest, tool: 'escapes' };
        const got = await fenced.run({ tool: 'none', runtime: 'liar', plugin, params: { act: 'honest' } });
        assert.equal(said(got), 'ok');
        assert.equal(fence.ahead(), 'all', 'nobody runs any more');
      }
    } finally {
      await fenced.close();
    }
    assert.deepEqual(seen, [['all', 'all', 'all'], ...(walled ? [['others', 'others', 'others']] : [])]);
  });

  test('a program that hangs is ended at its deadline', async () => {
    assert.equal(said(await run('never ends', { limits: { seconds: 1 } })), 'resource/TIMEOUT');
  });

  const large = { table: tableFromArrays({ x: new Float64Array(2_000_000) }), types: ['number' as const] };
  for (const act of ['never ends', 'is deaf'])
    test(`a worker that goes away ends the run: the program ${act}`, async () => {
      const gone = new AbortController();
      const going = run(act, {
        signal: gone.signal,
        limits: { seconds: 600 },
        ...(act === 'is deaf' ? { data: large } : {}),
        onEvent: (event) => {
          if (event.t === 'started') setTimeout(() => gone.abort(), 300);
        },
      });
      await assert.rejects(going, { name: 'AbortError' });
      assert.equal(said(await run('honest')), 'ok');
      await harness.idle(1);
    });

  test('a run that is given up while the runner is being reached is never begun', async () => {
    const { key, socketPath } = harness;
    const spec = harness.specify({
      tool: 'none',
      runtime: 'liar',
      plugin: null,
      params: { act: 'never ends' },
    });
    const gone = new AbortController();
    const first = connectRun({ socketPath, key, spec, inputs: [], signal: gone.signal }).next();
    gone.abort();
    await assert.rejects(first, { name: 'AbortError' });
    await harness.idle(1);
  });

  for (const isolation of ['auto', 'none'] as const)
    test(`a runner that is killed leaves no program behind (isolation: ${isolation})`, async () => {
      const socketPath = path.join(folder, `${isolation}.sock`);
      const program = path.join(import.meta.dirname, 'fixtures/own-runner.ts');
      const child = fork(program, [socketPath, isolation], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const { key, specify } = harness;
      child.send(Buffer.from(key).toString('hex'));
      await once(child, 'message');
      const spec = specify({ tool: 'none', runtime: 'liar', plugin: null, params: { act: 'never ends' } });
      const running = connectRun({ socketPath, key, spec, inputs: [], signal: new AbortController().signal });
      const first = await running.next();
      assert.equal(first.value?.t, 'started');
      const programs = processTree(Number(child.pid)).filter((pid) => pid !== child.pid);
      assert.ok(programs.length >= 2, 'one that runs, one that waits');
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await assert.rejects(running.next(), (error) => AssayError.is(error, 'runner.unavailable'));
      await gone(programs);
    });

  test('where there is no runner, that is said as a fault of ours', async () => {
    await assert.rejects(describeRunner(path.join(folder, 'none.sock')), (error) =>
      AssayError.is(error, 'runner.unavailable'),
    );
  });
});
