import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killDuringRotations } from '../rotation-kills.ts';

test('a worker killed 200 times while it re-wraps: everything is read all the time', async (t) => {
  const { reads, rotations } = await killDuringRotations(200);
  t.diagnostic(`${reads} reads, ${rotations} rotations came to their end`);
  assert.ok(reads > 200 && rotations > 3);
});
