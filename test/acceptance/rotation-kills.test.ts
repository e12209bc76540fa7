import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killDuringRotations } from '../rotation-kills.ts';

test('a worker killed ten times while it re-wraps: everything is read all the time', async () => {
  const { reads } = await killDuringRotations(10);
  assert.ok(reads > 10);
});
