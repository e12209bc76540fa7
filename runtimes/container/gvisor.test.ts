import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Runtime, writeFrame } from '@assay/sdk';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { hear, toolOf } from './fixtures/programs.ts';
import { containerRuntime } from './index.ts';

const arrow = Buffer.from(tableToIPC(tableFromArrays({ x: Float64Array.of(1, 2, 3) }), 'stream'));
const schema = { rows: 3, columns: [{ name: 'x', type: 'number', role: 'numeric' }] };

/** The same images and the same profile with a kernel of their own between them and the host's. */
describe('a run in a container under gVisor', need('docker'), () => {
  const runtimes = new Map<string, Runtime>();
  before(async () => {
    const { images, socketPath } = await testEngine();
    for (const image of images)
      runtimes.set(
        image.name,
        containerRuntime({ image, socketPath, owner: randomUUID(), prestart: 0, ociRuntime: 'runsc' }),
      );
  });
  after(async () => {
    await Promise.all([...runtimes.values()].map((runtime) => runtime.close()));
  });

  async function start(
    program: 'main.R' | 'main.py',
    expression: string,
    limits = { memoryMb: 512, seconds: 60 },
  ) {
    const runtime = runtimes.get(program === 'main.R' ? 'r-stats' : 'py-core') as Runtime;
    const handle = await runtime.take(AbortSignal.timeout(120_000));
    handle.begin(limits);
    const inputs = [{ slot: 'data', format: 'arrow', schema }];
    const job = { tool: 'a/b', program, seed: 1, params: {}, inputs };
    // A program that ends early takes nothing more; how it ended says why.
    const sent = (async () => {
      await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
      await writeFrame(handle.input, { t: 'code', name: program }, Buffer.from(toolOf(program, expression)));
      await writeFrame(handle.input, { t: 'input', slot: 'data' }, arrow);
      await writeFrame(handle.input, { t: 'go' });
    })().catch((error: unknown) => error);
    const heard = await hear(handle);
    await sent;
    return { heard, ending: await handle.ended };
  }

  test('says so, and it is so: R and Python answer, and the kernel that they see is not the host’s', async () => {
    for (const runtime of runtimes.values()) assert.equal((await runtime.describe()).isolation, 'gvisor');
    const r = await start('main.R', 'c(sum(data$x), readLines("/proc/version"))');
    const python = await start('main.py', '[float(data["x"].sum()), open("/proc/version").read().strip()]');
    for (const { heard } of [r, python]) {
      const [sum, kernel] = heard.answer as [unknown, string];
      assert.equal(Number(sum), 6, JSON.stringify(heard.lines));
      assert.match(kernel, /^Linux version 4\.4\.0 /);
    }
  });

  test('no network, nobody, nothing to write to but scratch, nothing of the host', async () => {
    const inside: Record<string, unknown> = {
      '[line.split(":")[0].strip() for line in open("/proc/net/dev")][2:]': ['lo'],
      'os.getuid()': 65534,
      '[line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")][0]':
        '0000000000000000',
      '[p for p in ["/", "/assay", "/usr", "/var", "/home", "/root", "/etc"] if os.access(p, os.W_OK)]': [],
      'socket.gethostname()': 'assay',
      'os.path.exists("/var/run/docker.sock")': false,
      'socket.socket().connect_ex(("169.254.169.254", 80)) != 0': true,
    };
    const { heard } = await start('main.py', `[${Object.keys(inside).join(', ')}]`);
    assert.deepEqual(heard.answer, Object.values(inside), JSON.stringify(heard.lines));
  });

  test('limits hold: memory, time, processes', async () => {
    // Under the ceiling it is watched once a second: what is held for longer is seen.
    const hold = '[bytearray(2_000_000_000), subprocess.run(["/bin/sleep", "50"])] and 1';
    const memory = await start('main.py', hold, { memoryMb: 400, seconds: 60 });
    assert.notDeepEqual(memory.heard.answer, 1);
    assert.ok(memory.ending.how === 'killed' || memory.heard.lines.at(-1)?.t === 'error');
    const most = await start('main.py', 'len(bytearray(6_000_000_000))', { memoryMb: 400, seconds: 60 });
    assert.notDeepEqual(most.heard.answer, 6_000_000_000, 'the kernel holds the ceiling');
    const time = await start('main.R', 'repeat {}', { memoryMb: 512, seconds: 2 });
    assert.deepEqual(time.ending, { how: 'killed', why: 'timeout' });
    const since = performance.now();
    const bomb = '[subprocess.Popen(["/bin/sleep", "100"]) and 0 for _ in range(1000)]';
    const many = await start('main.py', bomb, { memoryMb: 512, seconds: 20 });
    assert.notDeepEqual(many.heard.answer, Array(1000).fill(0));
    assert.ok(performance.now() - since < 120_000);
  });
});
