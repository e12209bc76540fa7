import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gather } from './gather.ts';

test('what is asked for while a call is under way goes together into the next; each knows when its own is done', async () => {
  const calls: number[][] = [];
  const finished: number[] = [];
  const one = gather<number>(async (items) => {
    calls.push([...items]);
    await delay(10);
    finished.push(...items);
  });
  const first = [one(1), one(2)];
  await delay(2);
  const second = [one(3), one(4), one(5)];
  await Promise.all(first);
  assert.deepEqual(finished, [1, 2]);
  await Promise.all(second);
  assert.deepEqual(calls, [
    [1, 2],
    [3, 4, 5],
  ]);
});

test('a call that fails is said to those whose items were in it, and to nobody else', async () => {
  const one = gather<number>(async (items) => {
    if (items.includes(1)) throw new Error('no');
    await delay(1);
  });
  const bad = one(1);
  await assert.rejects(bad, /no/);
  await one(2);
});
