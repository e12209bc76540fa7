import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import { type SupervisedChild, superviseChild } from './child.ts';
import type { PartSettings } from './messages.ts';
import type { Behaviour } from './testing/part.ts';

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1200 && !holds(); i += 1) await delay(25);
  assert.ok(holds(), what);
}

const isAlive = (pid: number | undefined) => existsSync(`/proc/${pid}`);

describe('a supervised part', () => {
  let folder: string;
  let lastWords: string;
  const started: SupervisedChild[] = [];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-child-'));
    lastWords = path.join(folder, 'words');
  });
  after(async () => {
    for (const child of started) child.kill();
    await rm(folder, { recursive: true, force: true });
  });

  async function supervise(does: () => Behaviour['does'], news: string[] = []): Promise<SupervisedChild> {
    const child = await superviseChild({
      role: 'api',
      settings: () => ({ does: does() }) satisfies Behaviour as unknown as PartSettings['api'],
      onNews: (text) => news.push(text),
      lastWords,
      program: new URL('./testing/part.ts', import.meta.url),
    });
    started.push(child);
    return child;
  }

  test('is given its settings, and nothing else of the environment', async () => {
    process.env.ASSAY_TEST_SECRET = 'a secret';
    const child = await supervise(() => 'run');
    delete process.env.ASSAY_TEST_SECRET;
    assert.equal(child.ready.address, `process:${child.pid()}`);
    const names = (await readFile(`/proc/${child.pid()}/environ`, 'utf8'))
      .split('\0')
      .map((pair) => pair.split('=')[0])
      .filter((name) => name && !name.startsWith('NODE_CHANNEL_'));
    assert.deepEqual(names.sort(), ['HOME', 'LANG', 'PATH', 'TZ']);
    await child.stop();
    assert.equal(isAlive(child.pid()), false);
  });

  test('is started again when it ends unasked, and not when it was stopped', async () => {
    const news: string[] = [];
    const child = await supervise(() => 'run', news);
    const first = child.pid();
    process.kill(first ?? 0, 'SIGKILL');
    await until('a new process', () => child.pid() !== first && isAlive(child.pid()));
    assert.deepEqual(news, ['The api ended (SIGKILL); it is started again.']);
    await child.stop();
    await delay(300);
    assert.equal(isAlive(child.pid()), false);
    assert.equal(news.length, 1);
  });

  test('is tried ever less often when it dies again and again, also right after it was ready', async () => {
    const news: string[] = [];
    const times: number[] = [];
    let starts = 0;
    const child = await supervise(() => {
      times.push(performance.now());
      starts += 1;
      if (starts === 1) return 'run';
      return starts === 2 ? 'die' : 'die-when-ready';
    }, news);
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await until('five starts', () => times.length >= 5);
    child.kill();
    const [, second = 0, third = 0, , fifth = 0] = times;
    assert.ok(third - second >= 200 && fifth - third >= 400 + 800, `started at ${times}`);
    assert.match(news[1] ?? '', /could not be started again: The api ended while it started \(exit code 3\)/);
    assert.match(await readFile(lastWords, 'utf8'), /last words/);
  });

  test('that does not start the first time says why', async () => {
    await assert.rejects(
      supervise(() => 'refuse'),
      (error) => AssayError.is(error, 'config.invalid') && error.message === 'It will not.',
    );
    await assert.rejects(
      supervise(() => 'die'),
      /The api ended while it started \(exit code 3\); .*words says why/,
    );
  });
});
