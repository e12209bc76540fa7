import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { allowedProcessors } from '@assay/runtime-process';
import { keepOffProcessors } from './processors.ts';

const program = import.meta.resolve('./processors.ts');
const runtimes = import.meta.resolve('@assay/runtime-process');

/** What a process of its own says after it kept off this many. */
function inAnother(kept: number | undefined, environment: NodeJS.ProcessEnv = process.env) {
  const script = `
    const { keepOffProcessors } = await import(${JSON.stringify(program)});
    const { allowedProcessors } = await import(${JSON.stringify(runtimes)});
    console.log(JSON.stringify({ ...keepOffProcessors(${kept}), own: allowedProcessors() }));`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: environment,
  });
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout) as { all?: string; others?: string; own: number[] };
}

describe('processors that are kept for those who ask', () => {
  test('are used neither by the process nor by what it starts', {
    skip: allowedProcessors().length < 2,
  }, () => {
    const all = allowedProcessors();
    const [, ...others] = all;
    assert.deepEqual(inAnother(1), { all: all.join(','), others: others.join(','), own: others });
  });

  test('one is kept where nothing is said, there are two and this host can, and none otherwise', () => {
    const all = allowedProcessors();
    assert.deepEqual(inAnother(undefined).own, all.length < 2 ? all : all.slice(1));
    assert.deepEqual(inAnother(undefined, { ...process.env, PATH: '/nowhere' }), { own: all });
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
