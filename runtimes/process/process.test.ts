import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { collect, type JobDocument, type RunHandle, type Runtime, writeFrame } from '@assay/sdk';
import { need } from '../../test/needs.ts';
import { allowedProcessors, processRuntime } from './index.ts';
import { processTree } from './tree.ts';

const root = path.resolve(import.meta.dirname, '../..');
const signal = new AbortController().signal;

function jobDocument(params: Record<string, unknown>): JobDocument {
  return {
    protocol: 'run/1',
    tool: 'test/echo',
    version: '1.0.0',
    program: 'main',
    seed: 1,
    threads: 1,
    locale: 'C.UTF-8',
    deadline: 10,
    limits: { seconds: 10, memoryMb: 512, outputMb: 1 },
    inputs: [],
    params,
  };
}

async function send(
  handle: RunHandle,
  params: Record<string, unknown>,
  limits = { memoryMb: 1024, seconds: 30 },
) {
  handle.begin(limits);
  await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(jobDocument(params))));
  await writeFrame(handle.input, { t: 'code', name: 'main.R' }, Buffer.from('x'));
  await writeFrame(handle.input, { t: 'input', slot: 'data' }, Buffer.alloc(1_000_000));
  await writeFrame(handle.input, { t: 'go' });
}

async function run(
  runtime: Runtime,
  params: Record<string, unknown>,
  limits?: { memoryMb: number; seconds: number },
) {
  const handle = await runtime.take(signal);
  await send(handle, params, limits).catch(() => undefined);
  const frames: { t: string; json?: unknown; header: Record<string, unknown> }[] = [];
  try {
    for await (const { header, body } of handle.output) {
      const bytes = await collect(body);
      frames.push({
        t: header.t,
        header,
        ...(bytes.length > 0 ? { json: JSON.parse(bytes.toString()) } : {}),
      });
    }
  } catch (error) {
    frames.push({ t: 'broken', header: { message: String(error) } });
  }
  return { frames, ending: await handle.ended, log: handle.log() };
}

/** A runtime whose program answers with what it was told. */
function startEcho(prestart: number, scratchRoot?: string): Runtime {
  return processRuntime({
    name: 'echo',
    version: () => '1',
    image: () => 'sha256:0',
    program: new URL('./fixtures/echo.ts', import.meta.url),
    readOnly: ['node_modules', 'core/sdk', 'runtimes/process', 'package.json'].map((p) => path.join(root, p)),
    prestart,
    ...(scratchRoot ? { scratchRoot } : {}),
    isolation: 'auto',
  });
}

describe('process runtime', () => {
  let runtime: Runtime;
  let scratchRoot: string;
  before(async () => {
    scratchRoot = await mkdtemp(path.join(tmpdir(), 'assay-scratch-'));
    runtime = startEcho(1, scratchRoot);
  });
  after(async () => {
    await runtime?.close();
    await rm(scratchRoot, { recursive: true, force: true });
  });

  test('hands over a job, its code and its input, and takes the answer', async () => {
    const { frames, ending } = await run(runtime, { act: 'sum' });
    assert.deepEqual(
      frames.map((f) => f.t),
      ['progress', 'result', 'done'],
    );
    assert.deepEqual(frames[1]?.json, { bytes: 1_000_000, code: ['main.R'], scratch: true });
    assert.deepEqual(ending, { how: 'exited', code: 0, signal: null });
  });

  test('stands behind us for the processor, from its first thread on, and so does its session', async () => {
    const handle = await runtime.take(signal);
    try {
      const programs = processTree(process.pid).filter((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('/echo.ts\0'),
      );
      const inner = programs.filter((pid) => !readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('bwrap'));
      assert.ok(inner.length >= 1);
      for (const pid of inner) {
        const tasks = readdirSync(`/proc/${pid}/task`).map((task) => Number(task));
        for (const task of tasks) assert.equal(getPriority(task), getPriority() + 10);
        const session = `/proc/${pid}/autogroup`;
        if (existsSync(session)) assert.match(readFileSync(session, 'utf8'), / nice 10$/m);
      }
    } finally {
      handle.kill('cancelled');
      await handle.ended;
    }
  });

  test('uses the processors that it is given as it starts, and with every thread those of its run', async () => {
    const [first = 0, ...others] = allowedProcessors();
    const [all, one] = [[first, ...others].join(), String(first)];
    const own = startEcho(0);
    try {
      for (const [starts, runs] of [
        [one, all],
        [all, one],
      ] as const) {
        const before = processTree(process.pid);
        const handle = await own.take(signal, starts);
        const program = processTree(process.pid)
          .filter((pid) => !before.includes(pid))
          .at(-1);
        const lists = () =>
          readdirSync(`/proc/${program}/task`).map((task) => allowedProcessors(Number(task)).join());
        assert.deepEqual([...new Set(lists())], [starts]);
        handle.begin({ memoryMb: 1024, seconds: 30, processorList: runs });
        for (let i = 0; i < 100 && lists().some((list) => list !== runs); i += 1) await delay(50);
        assert.deepEqual([...new Set(lists())], [runs]);
        handle.kill('cancelled');
        await handle.ended;
      }
    } finally {
      await own.close();
    }
  });

  test('a refusal and a crash become an error line, without a stack', async () => {
    const refused = await run(runtime, { act: 'refuse' });
    assert.equal(refused.frames[0]?.header.code, 'NO_DATA');
    const crashed = await run(runtime, { act: 'crash' });
    assert.deepEqual(crashed.frames[0]?.header, {
      t: 'error',
      class: 'internal',
      code: 'CRASH',
      message: 'it broke',
    });
  });

  test('limits: time, memory, printing; a death is seen as one', async () => {
    assert.deepEqual((await run(runtime, { act: 'forever' }, { memoryMb: 1024, seconds: 1 })).ending, {
      how: 'killed',
      why: 'timeout',
    });
    assert.deepEqual((await run(runtime, { act: 'allocate' }, { memoryMb: 400, seconds: 60 })).ending, {
      how: 'killed',
      why: 'memory',
    });
    const printed = await run(runtime, { act: 'print' }, { memoryMb: 1024, seconds: 1 });
    assert.deepEqual(printed.ending, { how: 'killed', why: 'timeout' });
    assert.ok(printed.log.length <= 64 * 1024);
    const died = await run(runtime, { act: 'die' });
    assert.equal(died.ending.how, 'exited');
    assert.notEqual((died.ending as { code: number }).code, 0);
  });

  test('scratch is gone after the run', async () => {
    await run(runtime, { act: 'sum' });
    assert.ok((await readdir(scratchRoot)).length <= 1, 'at most the pre-started one');
  });

  test('nothing outlives close', async () => {
    const own = startEcho(2);
    const handle = await own.take(signal);
    assert.equal(handle.ready.protocol, 'run/1');
    const before = processTree(process.pid).length;
    await own.close();
    assert.ok(processTree(process.pid).length < before);
  });

  test('the wall: no environment, no files, no network', need('bwrap'), async () => {
    assert.equal((await runtime.describe()).isolation, 'bubblewrap');
    const { frames } = await run(runtime, { act: 'environment' });
    assert.deepEqual(Object.keys(frames[0]?.json as object).sort(), [
      'ASSAY_SCRATCH',
      'LANG',
      'PATH',
      'PWD',
      'TZ',
    ]);
    const canary = path.join(scratchRoot, 'canary');
    await writeFile(canary, '"secret"');
    for (const file of [canary, '/etc/passwd', '/etc/shadow', path.join(root, 'README.md')]) {
      const { frames: answer } = await run(runtime, { act: 'read', file });
      assert.match(String(answer[0]?.header.message), /ENOENT/, file);
    }
    const files = ['/tmp/a', '/scratch/a', '/a', '/dev/a', '/dev/shm/a', '/usr/a', '/proc/a', root];
    const written = (await run(runtime, { act: 'write', files })).frames[0]?.json as string[];
    assert.deepEqual(
      written.map((answer) => answer === 'written'),
      [true, true, ...Array<boolean>(6).fill(false)],
      written.join(' '),
    );
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { port } = server.address() as net.AddressInfo;
      const { frames: answer } = await run(runtime, { act: 'connect', port });
      assert.notEqual(answer[0]?.json, 'reached');
    } finally {
      server.close();
    }
  });
});
