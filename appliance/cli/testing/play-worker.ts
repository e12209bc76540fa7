import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerHand } from '../../../core/gateway/http/testing/worker-hand.ts';
import type { Api } from '../../../test/api.ts';

type Play = 'succeed' | 'fail' | 'leave';

const document = {
  format: 'assay-report/1',
  title: 'A description',
  summary: ['All is well.'],
  tables: [
    {
      name: 'terms',
      title: 'Terms',
      table: {
        columns: [
          { name: 'term', title: 'Term', type: 'text' },
          { name: 'estimate', title: 'Estimate', type: 'number' },
        ],
        rows: [['x', 1.5]],
      },
    },
  ],
  assumptions: [{ id: 'normal', title: 'Normal', verdict: 'met', message: 'p is 0.3.' }],
  warnings: [],
};

/** Plays the worker beside a command under test: files called bad.csv are rejected, jobs end as a test says. */
export function playWorker(api: Api, hand: WorkerHand) {
  const seen = new Set<string>();
  let plan: Play = 'succeed';
  let left = Promise.withResolvers<string>();
  let stopped = false;
  const play = async (job: string) => {
    const now = plan;
    plan = 'succeed';
    if (now === 'leave') return left.resolve(job);
    await hand.start(job, 0.5);
    if (now === 'fail') await hand.fail(job);
    else await hand.succeed(job, document, '<!doctype html><html lang="en"></html>');
  };
  const work = (async () => {
    while (!stopped) {
      const { body: datasets } = await api.call('GET', '/v1/datasets');
      for (const { id, name, state } of datasets.items)
        if (state === 'received') await (name === 'bad.csv' ? hand.reject(id) : hand.makeReady(id));
      const { body: jobs } = await api.call('GET', '/v1/jobs?state=queued');
      for (const { id } of jobs.items.filter((job: { id: string }) => !seen.has(job.id))) {
        seen.add(id);
        await play(id);
      }
      await delay(50);
    }
  })();
  return {
    /** What becomes of the next job; those after it succeed. */
    next(what: Play) {
      plan = what;
      left = Promise.withResolvers<string>();
    },
    /** Id of the job that was left waiting. */
    left: () => left.promise,
    async stop() {
      stopped = true;
      await work;
    },
  };
}
