import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { writeFrame } from '@assay/sdk';
import { hear } from '../../runtimes/container/fixtures/programs.ts';
import { containerRuntime } from '../../runtimes/container/index.ts';
import { testEngine } from '../engine.ts';
import { need } from '../needs.ts';

const gigabytes = 10;
const prints = `import sys
def run(data, params, context):
    line = b"x" * (2**20 - 1) + b"\\n"
    for _ in range(${gigabytes * 1024}):
        sys.stdout.buffer.write(line)
    sys.stdout.flush()
    return {"values": {"answer": 1}, "summary": ["x"], "method": {"text": "t", "reference": "r", "options": {}}}`;

const free = async () => {
  const { bavail, bsize } = await statfs(tmpdir());
  return bavail * bsize;
};

test(`${gigabytes} GB of log in a container fill neither memory nor a disk`, need('docker'), async (t) => {
  const { socketPath, images } = await testEngine();
  const image = images.find(({ name }) => name === 'py-core');
  assert.ok(image);
  const runtime = containerRuntime({ image, socketPath, owner: `test-${randomUUID()}`, prestart: 0 });
  try {
    const handle = await runtime.take(AbortSignal.timeout(60_000));
    const [memory, disk, since] = [process.memoryUsage().rss, await free(), performance.now()];
    handle.begin({ memoryMb: 512, seconds: 1800 });
    const schema = { rows: 0, columns: [] };
    const job = { tool: 'a/b', program: 'main.py', seed: 1, params: {}, inputs: [{ slot: 'data', schema }] };
    await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
    await writeFrame(handle.input, { t: 'code', name: 'main.py' }, Buffer.from(prints));
    await writeFrame(handle.input, { t: 'go' });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 500);
    const { answer, lines, broken } = await hear(handle);
    clearInterval(watch);
    assert.equal(answer, 1, `${broken} ${JSON.stringify(lines)}`);
    assert.ok(handle.log().length <= 64 * 1024);
    assert.ok(most - memory < 300e6, `${(most - memory) / 1e6} MB more`);
    assert.ok(disk - (await free()) < 1e9, 'the disk');
    t.diagnostic(
      `${Math.round((performance.now() - since) / 1000)} s, ${Math.round((most - memory) / 1e6)} MB more memory`,
    );
  } finally {
    await runtime.close();
  }
});
