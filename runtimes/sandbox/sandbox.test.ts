import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestDirectory } from '@assay/sdk';
import { need } from '../../test/needs.ts';
import { type Got, type Harness, said, startHarness } from '../runner/fixtures/harness.ts';
import { attempts, bombs, toFile } from './fixtures/escapes.ts';
import { table } from './fixtures/table.ts';
import { sandboxRuntime } from './index.ts';

const honest = 'return [...data.columns[0].values].join();';

const tools = [...attempts, ...bombs].map((attempt, i) => ({ ...attempt, tool: `t${i}` }));

describe('hostile transforms', () => {
  let harness: Harness;
  let folder: string;
  let plugin: { name: string; digest: string };
  let twiceDigest: string;
  const marker = () => path.join(folder, 'marker');

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-sandbox-'));
    const directory = path.join(folder, 'bad');
    for (const { tool, ...attempt } of [...tools, { tool: 'honest', body: honest }]) {
      await mkdir(path.join(directory, tool), { recursive: true });
      await writeFile(path.join(directory, tool, 'main.ts'), toFile(attempt));
    }
    const digest = await digestDirectory(directory);
    plugin = { name: 'bad', digest };
    const runtime = sandboxRuntime({ prestart: 2, isolation: 'auto' });
    const own = { name: 'own', directory, digest, trust: 'own' as const };
    const others = { name: 'others', directory, digest, trust: 'admitted' as const };
    const twice = path.join(folder, 'twice');
    await mkdir(path.join(twice, 'honest'), { recursive: true });
    for (const file of ['main.ts', 'honest/main.ts'])
      await writeFile(path.join(twice, file), toFile({ body: honest }));
    twiceDigest = await digestDirectory(twice);
    const admitted = { name: 'twice', directory: twice, digest: twiceDigest, trust: 'shipped' as const };
    const bad = { name: 'bad', directory, digest, trust: 'shipped' as const };
    harness = await startHarness([runtime], [bad, own, others, admitted]);
  });
  after(async () => {
    await harness?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (tool: string, seconds: number, name = plugin.name, digest = plugin.digest): Promise<Got> =>
    harness.run({
      tool,
      plugin: { name, digest, tool },
      program: 'main.ts',
      runtime: 'sandbox',
      params: { marker: marker() },
      limits: { seconds, memoryMb: 128, outputMb: 4 },
      data: { table, types: ['number', 'text'] },
    });
  const got = ({ result }: Got) => (result as { values?: { got?: unknown } }).values?.got;

  /** Whatever came before: the next run is as it should be, and nothing was written outside. */
  async function requireUnharmed(): Promise<void> {
    assert.equal(got(await run('honest', 30)), '1,2,3');
    assert.equal(existsSync(marker()), false);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  }

  for (const { name, tool, ends, got: wanted } of tools.slice(0, attempts.length))
    test(name, async () => {
      const ended = await run(tool, 30);
      assert.equal(said(ended), ends, JSON.stringify(ended.ended));
      if (wanted !== undefined) assert.deepEqual(got(ended), wanted);
      if (!ended.ended.ok) assert.doesNotMatch(ended.ended.error.message, /node_modules|\/runtimes\//);
      assert.equal(existsSync(marker()), false);
    });

  for (const { name, tool, ends } of tools.slice(attempts.length))
    test(`bomb: ${name}`, async () => {
      // What takes memory has the time to take it, also on a slow machine.
      const ended = await run(tool, ends === 'resource/OOM' ? 60 : 5);
      if (ends.includes(' or ')) assert.match(said(ended), /^(resource|internal)\//);
      else assert.equal(said(ended), ends, JSON.stringify(ended.ended));
      await harness.idle(2);
    });

  test('after all of them the next run is as it should be', requireUnharmed);

  test('there are sixty of them at the least', () => {
    assert.ok(tools.length >= 60, `${tools.length}`);
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
  });

  test('a plugin of somebody else needs a container, and is refused', async () => {
    const ended = await run('honest', 30, 'others');
    assert.equal(said(ended), 'internal/REFUSED');
  });

  test('a plugin of this organisation runs behind bubblewrap', need('bwrap'), async () => {
    assert.equal(got(await run('honest', 30, 'own')), '1,2,3');
  });

  test('a file that a plugin shares and a tool has under the same name is refused, and none of them run', async () => {
    const ended = await run('honest', 30, 'twice', twiceDigest);
    assert.equal(said(ended), 'internal/REFUSED');
    assert.match(JSON.stringify(ended.ended), /has a file main\.ts of its own and one of its tool honest/);
  });
});
