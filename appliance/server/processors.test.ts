import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { allowedProcessors, keepOffProcessors, readList } from './processors.ts';

const program = new URL('./processors.ts', import.meta.url).pathname;

/** What a process of its own says after it kept off this many. */
function inAnother(kept: number | undefined, environment: NodeJS.ProcessEnv = process.env) {
  const script = `
    const { allowedProcessors, keepOffProcessors } = await import(${JSON.stringify(program)});
    const { execFileSync } = await import('node:child_process');
    const list = keepOffProcessors(${kept});
    const below = execFileSync('/bin/grep', ['Cpus_allowed_list', '/proc/self/status'], { encoding: 'utf8' });
    console.log(JSON.stringify({ list, own: allowedProcessors(), below: below.split(/\\s+/)[1] }));`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: environment,
  });
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout) as { list?: string; own: number[]; below: string };
}

describe('processors that are kept for those who ask', () => {
  test('lists as the kernel writes them', () => {
    assert.deepEqual(readList('0-2,5,8-9'), [0, 1, 2, 5, 8, 9]);
    assert.deepEqual(readList('3'), [3]);
  });

  test('are used neither by the process nor by what it starts', {
    skip: allowedProcessors().length < 2,
  }, () => {
    const [first, ...others] = allowedProcessors();
    const { list, own, below } = inAnother(1);
    assert.equal(list, others.join(','));
    assert.deepEqual(own, others);
    assert.ok(!readList(below).includes(first as number));
  });

  test('one of four is kept where nothing is said and this host can, and of fewer none', () => {
    const all = allowedProcessors();
    assert.deepEqual(inAnother(undefined).own, all.length < 4 ? all : all.slice(1));
    const without = inAnother(undefined, { ...process.env, PATH: '/nowhere' });
    assert.deepEqual([without.list, without.own], [undefined, all]);
  });

  test('a number that cannot be kept is refused where this host has no taskset', {
    skip: allowedProcessors().length < 2,
  }, () => {
    const script = `
      const { keepOffProcessors } = await import(${JSON.stringify(program)});
      try { keepOffProcessors(1) } catch (error) { console.log(error.code, error.message) }`;
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, PATH: '/nowhere' },
    });
    assert.match(done.stdout, /^config\.invalid .*needs taskset/);
  });

  test('where none are kept, nothing is changed', () => {
    assert.deepEqual(inAnother(0).own, allowedProcessors());
  });

  test('one is always left for runs', () => {
    const all = allowedProcessors().length;
    assert.throws(() => keepOffProcessors(all), {
      code: 'config.invalid',
      message: new RegExp(`may use ${all} processors here: give at most ${all - 1}`),
    });
  });
});
