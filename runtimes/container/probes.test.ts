import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Runtime } from '@assay/sdk';
import { testEngine } from '../../test/engine.ts';
import { need } from '../../test/needs.ts';
import { bombOf, bombs, carryOut as carryOutOn, indent } from './fixtures/bombs.ts';
import { type Probe, preamble, probes } from './fixtures/probes.ts';
import { containerRuntime } from './index.ts';

/** A tool that runs one probe in a process of its own, so that one that ends itself ends nothing else. */
function toolOf(all: readonly Probe[]): string {
  const functions = all.map(({ code }, i) => `def probe${i}():\n    ${indent(code.replaceAll('; ', '\n'))}`);
  return `${preamble}
${functions.join('\n')}
def attempt(probe):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = b"failed"
        try:
            said = b"succeeded" if probe() is True else b"failed"
        except BaseException as error:
            said = ("failed: " + type(error).__name__ + " " + str(error)).encode()[:200]
        os.write(write, said)
        os._exit(0)
    os.close(write)
    said = b""
    while True:
        part = os.read(read, 4096)
        if not part:
            break
        said += part
    os.close(read)
    os.waitpid(child, 0)
    return said.decode() or "ended"
def run(data, params, context):
    answers = [attempt(probe) for probe in [${all.map((_, i) => `probe${i}`).join(', ')}]]
    return {"values": {"answer": answers}, "summary": ["done"], "method": {"text": "t", "reference": "r", "options": {}}}`;
}

for (const ociRuntime of ['runc', 'runsc'] as const)
  describe(`probes from inside a container (${ociRuntime})`, need('docker'), () => {
    let runtime: Runtime;
    let server: net.Server;
    let reached = 0;
    let answers: readonly string[] = [];
    // Calls by number are those of x86-64.
    const tried = probes
      .filter(({ harmlessUnderGvisor }) => ociRuntime === 'runc' || !harmlessUnderGvisor)
      .filter(({ code }) => process.arch === 'x64' || !code.includes('syscall('));

    const carryOut = (code: string, limits?: { memoryMb: number; seconds: number }) =>
      carryOutOn(runtime, code, limits);

    before(async () => {
      const { images, socketPath } = await testEngine();
      const image = images.find(({ name }) => name === 'py-core');
      runtime = containerRuntime({
        image: image as never,
        socketPath,
        owner: randomUUID(),
        prestart: 0,
        ociRuntime,
      });
      server = net.createServer(() => {
        reached += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { answer, lines, log } = await carryOut(toolOf(tried));
      answers = answer as string[];
      assert.equal(answers?.length, tried.length, `${JSON.stringify(lines)} ${log}`);
    });
    after(async () => {
      server?.close();
      await runtime?.close();
    });

    for (const [i, { name }] of tried.entries())
      test(name, () => assert.match(String(answers[i]), /^failed/, answers[i]));

    test('reach a port of the host, by each of its names', async () => {
      const { port } = server.address() as net.AddressInfo;
      const hosts = ['127.0.0.1', 'localhost', 'host.docker.internal', '172.17.0.1', '0.0.0.0'];
      const code = `for host in ${JSON.stringify(hosts)}:\n    try:\n        socket.create_connection((host, ${port}), 1)\n    except OSError:\n        pass\nreturn False`;
      await carryOut(toolOf([{ name: '', code }]));
      assert.equal(reached, 0);
    });

    for (const [name, code] of Object.entries(bombs))
      test(`bomb: ${name}: over with its limits, and nothing of it is left`, async () => {
        const seconds = 3;
        const before = process.memoryUsage().rss;
        const { answer, ending, tookMs } = await carryOut(bombOf(code), { memoryMb: 256, seconds });
        assert.equal(answer, undefined);
        if (ending.how === 'killed') assert.match(ending.why, /timeout|memory|protocol/);
        // How much later than its limit exactly is what the bench says.
        assert.ok(tookMs < 60_000);
        assert.ok(process.memoryUsage().rss - before < 200e6);
      });

    test('after all of them the next run is served as ever', async () => {
      const { answer } = await carryOut(toolOf([{ name: '', code: 'return False' }]));
      assert.deepEqual(answer, ['failed']);
    });
  });
