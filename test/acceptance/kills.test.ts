import { test } from 'node:test';
import { drill } from '../kills.ts';

test('6 kills of worker and runner: no acknowledged job lost, none finished twice', async (t) => {
  const { jobs, retried, seconds } = await drill({ kills: 6, open: 3 });
  t.diagnostic(`6 kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`);
});
