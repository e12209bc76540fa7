import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { createLogger } from './index.ts';

test('a line says what happened, at once, and nothing of what hangs on an error or is secret', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-log-'));
  const file = path.join(folder, 'a', 'x.log');
  try {
    const log = createLogger({ level: 'info', role: 'api', file });
    const cause = Object.assign(new Error('gone'), { code: '57P01', client: { password: 'hunter2' } });
    log.warn(
      {
        err: new AssayError('database.unavailable', 'away', { cause }),
        token: 'hunter2',
        deep: { key: 'hunter2' },
      },
      'x',
    );
    const text = await readFile(file, 'utf8');
    assert.doesNotMatch(text, /hunter2|"client"/);
    const { err, role, msg } = JSON.parse(text);
    assert.deepEqual(
      [role, msg, err.code, err.cause.message, err.cause.code],
      ['api', 'x', 'database.unavailable', 'gone', '57P01'],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a log that cannot be written ends nothing', () => {
  const log = createLogger({ level: 'info', role: 'api', file: '/dev/full' });
  log.info('one');
  log.info('two');
});
