import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openEngine } from '../../runtimes/container/engine.ts';
import { startWithContainers } from '../containers.ts';
import { testEngine } from '../engine.ts';
import { drill } from '../kills.ts';
import { need } from '../needs.ts';

test('50 kills of worker and runner: no acknowledged job lost, none finished twice', async (t) => {
  const { jobs, retried, seconds } = await drill({ kills: 50, open: 6 });
  t.diagnostic(`50 kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`);
});

const lung = new URL('../../plugins/survival/kaplan-meier/cases/km-lung/data.csv', import.meta.url);

test('the same with jobs in containers, and no container is left', need('docker'), async (t) => {
  const { jobs, retried, seconds } = await drill({
    kills: 50,
    open: 4,
    start: startWithContainers,
    work: {
      tool: 'survival/kaplan-meier',
      params: { time: 'time', event: 'status', event_value: 2, group: 'sex' },
      csv: readFileSync(lung, 'utf8'),
      lasts: 2500,
    },
  });
  t.diagnostic(`50 kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`);
  const { socketPath } = await testEngine();
  assert.deepEqual(await openEngine(socketPath).listContainers({ all: true }), []);
});
