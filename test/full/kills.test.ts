import { test } from 'node:test';
import { drill } from '../kills.ts';

test('50 kills of worker and runner: no acknowledged job lost, none finished twice', async (t) => {
  const { jobs, retried, seconds } = await drill({ kills: 50, open: 6 });
  t.diagnostic(`50 kills, ${jobs} jobs, ${retried} of them carried out again, ${Math.round(seconds)} s`);
});
