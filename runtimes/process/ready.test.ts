import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.ts';
import { createPool } from './pool.ts';

/** Programs that never get as far as a proper `ready`: none is handed out, none is left. */
const good = '{"t":"ready","protocol":"run/1","runtime":"x 1","libs":{},"warm_ms":1}';
const startWithinMs = 1500;

/** Waits until this process has no child. */
async function childless(): Promise<void> {
  const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  for (let i = 0; i < 200 && children() !== ''; i += 1) await delay(50);
  assert.equal(children(), '');
}

const stay = 'exec sleep 600';

/** Scripts by what they do; where they print nothing wrong but never enough, time ends them. */
const broken: Readonly<Record<string, readonly [script: string, code: string]>> = {
  'ends without a word': ['exit 0', 'run.protocol_violated'],
  dies: ['kill -9 $$', 'run.protocol_violated'],
  'says nothing': [stay, 'runner.unavailable'],
  'says it on standard output alone': [`echo '${good}'; ${stay}`, 'runner.unavailable'],
  'drips it a byte a second': ['while :; do printf x >&3; sleep 1; done', 'runner.unavailable'],
  'never ends its line': [`head -c 1000000 /dev/zero | tr '\\0' 'y' >&3; ${stay}`, 'run.protocol_violated'],
  'closes its channel and stays': [`exec 3>&-; ${stay}`, 'run.protocol_violated'],
  'speaks another protocol': [
    `echo '${good.replace('run/1', 'run/2')}' >&3; ${stay}`,
    'run.protocol_violated',
  ],
  'begins with something else': [`echo '{"t":"begun"}' >&3; ${stay}`, 'run.protocol_violated'],
  'leaves a field out': [`echo '${good.replace(',"libs":{}', '')}' >&3; ${stay}`, 'run.protocol_violated'],
  'adds a field': [
    `echo '${good.replace('"x 1"', '"x 1","image":"alpine"')}' >&3; ${stay}`,
    'run.protocol_violated',
  ],
  'announces bytes with it': [
    `echo '${good.replace('"x 1"', '"x 1","bytes":3')}' >&3; ${stay}`,
    'run.protocol_violated',
  ],
  'names itself at length': [
    `echo '${good.replace('x 1', 'x'.repeat(101))}' >&3; ${stay}`,
    'run.protocol_violated',
  ],
  'gives libraries that are no texts': [
    `echo '${good.replace('"libs":{}', '"libs":{"a":{"b":1}}')}' >&3; ${stay}`,
    'run.protocol_violated',
  ],
};

for (const [what, [script, code]] of Object.entries(broken))
  test(`a program that ${what} is not handed out and not left behind`, async () => {
    const command = ['/bin/sh', '-c', script] as const;
    const pool = createPool((signal) => startChild(command, { PATH: '/usr/bin:/bin' }, signal), {
      prestart: 0,
      startWithinMs,
    });
    await assert.rejects(pool.take(new AbortController().signal), { code });
    await pool.close();
    await childless();
  });

test('one that is as it should be is handed out', async () => {
  const pool = createPool(
    (signal) => startChild(['/bin/sh', '-c', `echo '${good}' >&3; ${stay}`], {}, signal),
    {
      prestart: 0,
      startWithinMs: 60_000,
    },
  );
  const handle = await pool.take(new AbortController().signal);
  assert.equal(handle.ready.runtime, 'x 1');
  handle.kill('cancelled');
  assert.deepEqual(await handle.ended, { how: 'killed', why: 'cancelled' });
});
