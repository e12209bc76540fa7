import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery } from '../base/queue/index.ts';
import { createDispatcher } from './dispatcher.ts';

const delivery = (id: string): Delivery => ({ id, workspace: 'w', place: 0, settle: async () => undefined });

function backlog(count: number) {
  const waiting = Array.from({ length: count }, (_, i) => delivery(String(i)));
  const asked: number[] = [];
  return {
    waiting,
    asked,
    async take(limit: number) {
      asked.push(limit);
      await delay(1);
      return waiting.splice(0, limit);
    },
  };
}

async function until(is: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !is(); i += 1) await delay(2);
  assert.ok(is());
}

test('one notification drains a whole backlog, with never more under way than there are slots', async () => {
  const { take, waiting, asked } = backlog(50);
  const done: string[] = [];
  let under = 0;
  let most = 0;
  const dispatcher = createDispatcher({
    slots: 4,
    take,
    async carryOut({ id }) {
      under += 1;
      most = Math.max(most, under);
      await delay(2);
      under -= 1;
      done.push(id);
    },
    onError: (error) => assert.fail(String(error)),
  });
  dispatcher.wake();
  await until(() => done.length === 50);
  assert.equal(new Set(done).size, 50);
  assert.equal(most, 4);
  assert.equal(waiting.length, 0);
  assert.ok(Math.max(...asked) <= 4);
  await dispatcher.drain(1000, 'shutdown');
});

test('the same subject is never carried out twice at once', async () => {
  const messages = [[delivery('a')], [delivery('a')], []];
  let under = 0;
  let carried = 0;
  const dispatcher = createDispatcher({
    slots: 2,
    take: async () => messages.shift() ?? [],
    async carryOut() {
      under += 1;
      assert.equal(under, 1);
      await delay(20);
      under -= 1;
      carried += 1;
    },
    onError: (error) => assert.fail(String(error)),
  });
  dispatcher.wake();
  await until(() => carried === 2);
  await dispatcher.drain(1000, 'shutdown');
});

test('ending a subject ends all that is under way for it, also where its message came twice', async () => {
  const messages = [[delivery('a')], [delivery('a')], []];
  const ended: unknown[] = [];
  const dispatcher = createDispatcher({
    slots: 2,
    take: async () => messages.shift() ?? [],
    async carryOut(_, signal) {
      for (let i = 0; i < 1000 && !signal.aborted; i += 1) await delay(2);
      ended.push(signal.reason);
    },
    onError: (error) => assert.fail(String(error)),
  });
  dispatcher.wake();
  await until(() => messages.length === 0);
  dispatcher.abort('a', 'cancelled');
  await dispatcher.drain(5000, 'shutdown');
  assert.deepEqual(ended, ['cancelled', 'cancelled']);
});

test('what fails frees its slot, is told, and the rest goes on; draining ends what does not end by itself', async () => {
  const { take } = backlog(3);
  const told: unknown[] = [];
  const ended: unknown[] = [];
  const dispatcher = createDispatcher({
    slots: 1,
    take,
    async carryOut({ id }, signal) {
      if (id !== '2') throw new Error(id);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      ended.push(signal.reason);
    },
    onError: (error) => void told.push((error as Error).message),
  });
  dispatcher.wake();
  await until(() => told.length === 2 && dispatcher.own().has('2'));
  await dispatcher.drain(10, 'shutdown');
  assert.deepEqual(ended, ['shutdown']);
});

test('an error of the queue is told, and the next wake looks again', async () => {
  let fails = true;
  const told: unknown[] = [];
  const done: string[] = [];
  const dispatcher = createDispatcher({
    slots: 1,
    async take() {
      if (fails) throw new Error('gone');
      return done.length === 0 ? [delivery('a')] : [];
    },
    carryOut: async ({ id }) => void done.push(id),
    onError: (error) => void told.push(error),
  });
  dispatcher.wake();
  await until(() => told.length === 1);
  fails = false;
  dispatcher.wake();
  await until(() => done.length === 1);
  await dispatcher.drain(10, 'shutdown');
});
