import { randomUUID } from 'node:crypto';
import { startInstallation } from '../../core/testing/installation.ts';
import { createDispatcher } from '../../core/worker/dispatcher.ts';
import { type Comparison, median } from './measure.ts';
import { startCelery } from './peers/celery.ts';

/** Jobs that do nothing, drained from a full queue: ours durable in Postgres, the peer's in the memory of Redis. */
const count = 4000;
const rounds = 3;
const slots = 256;

export async function drainAgainstCelery(root: string): Promise<Comparison> {
  const at = await startInstallation();
  const celery = await startCelery(root, []);
  const sides = { ours: [] as number[], peer: [] as number[] };
  const { queue, database } = at.worker;
  try {
    for (let i = -1; i < rounds; i += 1) {
      await database.withWorkspace(at.workspace, async (query) => {
        for (let n = 0; n < count; n += 1)
          await queue.send(query, 'job', { workspace: at.workspace, id: randomUUID() }, n);
      });
      const all = Promise.withResolvers<void>();
      let left = count;
      const since = performance.now();
      const dispatcher = createDispatcher({
        slots,
        take: (limit) => queue.fetch('job', limit),
        async carryOut(message) {
          await message.settle();
          left -= 1;
          if (left === 0) all.resolve();
        },
        onError: all.reject,
      });
      dispatcher.wake();
      await all.promise;
      const ours = count / ((performance.now() - since) / 1000);
      await dispatcher.drain(0, 'over');
      const peer = await celery.drain(count);
      if (i < 0) continue;
      sides.ours.push(ours);
      sides.peer.push(peer);
    }
  } finally {
    await celery.stop();
    await at.stop();
  }
  const [ours, floor] = [median(sides.ours), median(sides.peer)];
  const name = 'jobs that do nothing, drained from a full queue (Celery with Redis, two processes)';
  return { name, ours, floor, ratio: ours / floor, runs: rounds, unit: '/s' };
}
