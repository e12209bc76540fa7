import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Runtime, writeFrame } from '@assay/sdk';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { type TestEngine, testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { openEngine } from './engine.ts';
import { type Heard, hear, toolOf } from './fixtures/programs.ts';
import { type BuiltImage, containerRuntime } from './index.ts';
import { ownerLabel } from './profile.ts';

const arrow = Buffer.from(tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3) }), 'stream'));
const mountsOfTheEngine = ['/etc/hostname', '/usr/sbin/docker-init'];
const schema = { rows: 3, columns: [{ name: 'x', type: 'number', role: 'numeric' }] };

describe('a run in a container', need('docker'), () => {
  let engine: TestEngine;
  const owner = `test-${randomUUID()}`;
  const runtimes = new Map<string, Runtime>();
  before(async () => {
    engine = await testEngine();
    for (const image of engine.images)
      runtimes.set(
        image.name,
        containerRuntime({ image, socketPath: engine.socketPath, owner, prestart: 0 }),
      );
  });
  after(async () => {
    for (const runtime of runtimes.values()) await runtime.close();
    await noneLeft();
  });

  const owned = async () => {
    const all = await openEngine(engine.socketPath).listContainers({ all: true });
    return all.filter(({ Labels }) => Labels[ownerLabel]?.startsWith(`${owner}/`)).map(({ Id }) => Id);
  };

  /** The engine takes a moment to remove what has ended. */
  async function noneLeft(): Promise<void> {
    for (let i = 0; i < 100 && (await owned()).length > 0; i += 1) await delay(100);
    assert.deepEqual(await owned(), []);
  }

  async function start(program: 'main.R' | 'main.py', code: string, limits = { memoryMb: 512, seconds: 60 }) {
    const runtime = runtimes.get(program === 'main.R' ? 'r-stats' : 'py-core') as Runtime;
    const handle = await runtime.take(AbortSignal.timeout(60_000));
    handle.begin(limits);
    const job = {
      tool: 'a/b',
      program,
      seed: 1,
      params: {},
      inputs: [{ slot: 'data', format: 'arrow', schema }],
    };
    // A program that ends early takes nothing more; how it ended says why.
    const sent = (async () => {
      await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
      await writeFrame(handle.input, { t: 'code', name: program }, Buffer.from(code));
      await writeFrame(handle.input, { t: 'input', slot: 'data' }, arrow);
      await writeFrame(handle.input, { t: 'go' });
    })().catch((error: unknown) => error);
    return { handle, sent };
  }

  async function ask(program: 'main.R' | 'main.py', expression: string): Promise<Heard> {
    const { handle } = await start(program, toolOf(program, expression));
    const heard = await hear(handle);
    handle.kill('cancelled');
    await handle.ended;
    return heard;
  }

  test('R and Python read the same columns and answer', async () => {
    for (const [program, expression] of [
      ['main.R', 'sum(data$x)'],
      ['main.py', 'float(data["x"].sum())'],
    ] as const) {
      const { answer, lines } = await ask(program, expression);
      assert.equal(answer, 6, JSON.stringify(lines));
      assert.equal(lines.at(-1)?.t, 'done');
    }
  });

  test('inside there is no network, nothing to write to but scratch, nobody to be and no host', async () => {
    const inside: Record<string, unknown> = {
      '"\\n".join(open("/proc/net/dev").read().split()[0:1] + sorted(os.listdir("/sys/class/net")))':
        'Inter-|\nlo',
      'os.getuid()': 65534,
      'os.getgid()': 65534,
      '[line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")][0]':
        '0000000000000000',
      '[line.split()[1] for line in open("/proc/self/status") if line.startswith("NoNewPrivs")][0]': '1',
      '[line.split()[1] for line in open("/proc/self/status") if line.startswith("Seccomp:")][0]': '2',
      '[p for p in ["/", "/assay", "/usr", "/var", "/dev", "/home", "/root", "/etc"] if os.access(p, os.W_OK)]':
        [],
      'sorted(set(os.environ) - {"PATH", "HOME", "LANG", "TZ", "HOSTNAME", "PWD", "OLDPWD", "LC_CTYPE"} - {name for name in os.environ if name.startswith("KMP_")})':
        [
          'OMP_NUM_THREADS',
          'OPENBLAS_CORETYPE',
          'OPENBLAS_NUM_THREADS',
          'PYTHONDONTWRITEBYTECODE',
          'PYTHONHASHSEED',
          'R_DATATABLE_NUM_THREADS',
        ],
      'socket.gethostname()': 'assay',
      // What the engine itself puts there; nothing of the host's else.
      'sorted(line.split()[1] for line in open("/proc/mounts") if line.startswith("/dev/"))':
        mountsOfTheEngine,
      'os.path.exists("/var/run/docker.sock")': false,
    };
    const all = `[${Object.keys(inside).join(', ')}]`;
    const { answer, lines } = await ask('main.py', all);
    assert.deepEqual(answer, Object.values(inside), JSON.stringify(lines));
  });

  test('what outgrows its memory is ended by the kernel', async () => {
    const { handle } = await start('main.py', toolOf('main.py', 'len(bytearray(2_000_000_000))'), {
      memoryMb: 400,
      seconds: 60,
    });
    await hear(handle);
    assert.deepEqual(await handle.ended, { how: 'killed', why: 'memory' });
  });

  test('what does not end is ended', async () => {
    const { handle } = await start('main.R', toolOf('main.R', 'repeat {}'), { memoryMb: 512, seconds: 2 });
    await hear(handle);
    assert.deepEqual(await handle.ended, { how: 'killed', why: 'timeout' });
  });

  test('one that is frozen past its time is ended all the same, and nothing of it is taken', async () => {
    // Long enough to be found and frozen on a busy machine, short enough to answer within its time if it were not.
    const code = toolOf('main.py', '__import__("time").sleep(14) or 1');
    const { handle } = await start('main.py', code, { memoryMb: 512, seconds: 18 });
    const heard = hear(handle);
    const [id = ''] = await owned();
    await openEngine(engine.socketPath).getContainer(id).pause();
    assert.deepEqual(await handle.ended, { how: 'killed', why: 'timeout' });
    assert.equal((await heard).answer, undefined);
    await noneLeft();
  });

  test('processes without end are refused by the engine’s limit, and the run can be ended', async () => {
    const bomb = '[subprocess.Popen(["/bin/sleep", "100"]) and 0 for _ in range(1000)]';
    const { lines } = await ask('main.py', bomb);
    assert.match(JSON.stringify(lines), /BlockingIOError|Resource temporarily unavailable/);
  });

  test('printing without end neither fills memory nor a disk', async () => {
    const print = 'for (i in 1:200000) cat(strrep("x", 1000), "\\n"); 1';
    const { handle } = await start('main.R', toolOf('main.R', print));
    const before = process.memoryUsage().rss;
    const { answer } = await hear(handle);
    assert.equal(answer, 1);
    assert.ok(handle.log().length <= 64 * 1024);
    assert.ok(process.memoryUsage().rss - before < 150e6);
    await handle.ended;
  });

  const lies: Readonly<Record<string, string>> = {
    'no JSON': 'writeBin(charToRaw("hello\\n"), output)',
    'a line without end': 'writeBin(charToRaw(strrep("x", 200000)), output)',
    'more bytes than it announced, then none':
      'writeBin(charToRaw("{\\"t\\":\\"result\\",\\"bytes\\":99999}\\n{}"), output)',
    'a negative length': 'writeBin(charToRaw("{\\"t\\":\\"result\\",\\"bytes\\":-1}\\n"), output)',
  };
  for (const [what, code] of Object.entries(lies))
    test(`frames that lie are found out: ${what}`, async () => {
      const { handle } = await start('main.R', toolOf('main.R', `${code}; flush(output); quit("no")`));
      const { broken } = await hear(handle);
      assert.equal((broken as { code?: string } | undefined)?.code, 'run.protocol_violated', String(broken));
      handle.kill('protocol');
      await handle.ended;
    });

  test('two at once are two containers, and none is used twice', async () => {
    // What a container writes lies in a layer of its own, whose name it can see.
    const layer =
      'sub(".*upperdir=([^,]+).*", "\\\\1", grep(" / .*upperdir=", readLines("/proc/self/mountinfo"), value = TRUE)[1])';
    const named = async () => {
      const { handle } = await start('main.R', toolOf('main.R', layer));
      const { answer } = await hear(handle);
      await handle.ended;
      return answer;
    };
    const seen = await Promise.all([named(), named(), named()]);
    assert.equal(new Set([...seen, await named()]).size, 4, JSON.stringify(seen));
    assert.match(String(seen[0]), /\/[0-9a-f]{64}\/diff$/);
    await noneLeft();
  });

  test('what a killed runner left is removed when the next one starts', async () => {
    const { handle } = await start('main.R', toolOf('main.R', 'Sys.sleep(60)'));
    assert.equal((await owned()).length, 1);
    const image = engine.images.find(({ name }) => name === 'r-stats');
    const next = containerRuntime({
      image: image as never,
      socketPath: engine.socketPath,
      owner,
      prestart: 0,
    });
    await handle.ended;
    await noneLeft();
    await next.close();
  });

  test('a start that is given up, whenever that is, leaves no connection to the engine open', async () => {
    const image = engine.images.find(({ name }) => name === 'py-core') as BuiltImage;
    const connections = () => process.getActiveResourcesInfo().filter((kind) => kind === 'PipeWrap').length;
    const before = connections();
    for (const afterMs of [0, 20, 40, 80, 160, 320, 640]) {
      const options = { image, socketPath: engine.socketPath, owner, prestart: 1 };
      const runtime = containerRuntime(options);
      await delay(afterMs);
      await runtime.close();
    }
    for (let i = 0; i < 200 && connections() > before; i += 1) await delay(100);
    assert.equal(connections(), before);
  });

  test('an image that is gone is named, with the way to get it again', async () => {
    const image = { name: 'r-stats', id: `sha256:${'ab'.repeat(32)}`, version: '' };
    const runtime = containerRuntime({
      image,
      socketPath: engine.socketPath,
      owner,
      prestart: 0,
    });
    await assert.rejects(runtime.take(AbortSignal.timeout(10_000)), {
      code: 'tool.runtime_unavailable',
      message: /"assay image build r-stats" makes it again/,
    });
    await runtime.close();
  });

  test('cancelling ends the container within seconds', async () => {
    const { handle } = await start('main.py', toolOf('main.py', '__import__("time").sleep(60)'));
    await delay(200);
    const since = Date.now();
    handle.kill('cancelled');
    assert.deepEqual(await handle.ended, { how: 'killed', why: 'cancelled' });
    assert.ok(Date.now() - since < 5000);
  });
});

test('an engine that is not there is a fault of the host', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-no-engine-'));
  const image = { name: 'r-stats', id: `sha256:${'ab'.repeat(32)}`, version: '' };
  const runtime = containerRuntime({
    image,
    socketPath: path.join(folder, 'none.sock'),
    owner: 'x',
    prestart: 0,
    patienceMs: 500,
  });
  await assert.rejects(runtime.take(AbortSignal.timeout(60_000)), { code: 'runner.unavailable' });
  await runtime.close();
  await rm(folder, { recursive: true });
});
