import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Laboratory, startLaboratory } from '../quotas/testing/laboratory.ts';
import { cancelJob, findCancelled, submitJob } from './index.ts';

describe('what a worker was told while it did not hear', () => {
  let at: Laboratory;
  before(async () => {
    at = await startLaboratory();
  });
  after(() => at?.stop());

  test('its cancelled jobs are found, and nobody else’s', async () => {
    const begin = async (by = at.worker) => {
      const { job } = await submitJob(at.api, at.context('analyst'), { ...at.request(), cache: 'refresh' });
      assert.ok(await at.begin(job.id, by));
      return job.id;
    };
    const cancelled = await begin();
    const foreign = await begin(at.deadWorker);
    await begin();
    for (const id of [cancelled, foreign]) await cancelJob(at.api, at.context(), { id });
    assert.deepEqual(await findCancelled(at.worker, at.worker.workerId), [cancelled]);
    assert.deepEqual(await findCancelled(at.deadWorker, at.deadWorker.workerId), [foreign]);
  });
});
