import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import { advanceClock, reserve } from './index.ts';

describe('fairness between workspaces', () => {
  let at: Installation;
  const workspaces: string[] = [];
  before(async () => {
    at = await startInstallation();
    workspaces.push(at.workspace);
    for (const name of ['second', 'third']) {
      const id = randomUUID();
      await at.owner.query('insert into assay.workspace (id, name) values ($1, $2)', [id, name]);
      workspaces.push(id);
    }
  });
  after(() => at?.stop());

  /** Admits a job's message as `submitIn` does. */
  const enter = (workspace: string) =>
    at.api.database.withWorkspace(workspace, async (query) => {
      const subject = randomUUID();
      const message = await at.api.queue.send(query, 'job', { workspace, id: subject }, 0);
      await reserve(at.api, query, { workspace, subject, message, amounts: { jobs: 1, cpu: 0, bytes: 0 } });
    });
  /** What a worker takes next, one at a time. @returns the indices of the workspaces, in order */
  async function take(count: number): Promise<number[]> {
    const order: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const [message] = await at.worker.queue.fetch('job', 1);
      assert.ok(message);
      await advanceClock(at.worker, message.place);
      await message.settle();
      order.push(workspaces.indexOf(message.workspace));
    }
    return order;
  }

  test('one that floods is not before the first job of another, nor ever more than one job ahead', async () => {
    const [flood = '', second = '', third = ''] = workspaces;
    for (let i = 0; i < 60; i += 1) await enter(flood);
    assert.deepEqual(await take(5), [0, 0, 0, 0, 0]);
    await enter(second);
    assert.ok((await take(2)).includes(1), 'the first job of another is next but one at most');
    for (let i = 0; i < 15; i += 1) await enter(second);
    for (let i = 0; i < 15; i += 1) await enter(third);
    const shares = await take(45);
    const counts = [0, 0, 0];
    for (const each of shares) {
      counts[each] = (counts[each] ?? 0) + 1;
      const waiting = counts.filter((_, index) => index === 0 || (counts[index] ?? 0) < 15);
      assert.ok(Math.max(...waiting) - Math.min(...waiting) <= 2, counts.join(' '));
    }
    assert.deepEqual(counts, [15, 15, 15]);
    // Idleness saves nothing up.
    await enter(second);
    await enter(second);
    const later = await take(4);
    assert.equal(later.filter((each) => each === 1).length, 2);
  });
});
