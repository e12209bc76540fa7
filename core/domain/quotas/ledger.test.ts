import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { cancelJob, submitJob, takeBackLostRuns } from '../jobs/index.ts';
import { settle } from '../jobs/settle.ts';
import type { Attempt } from '../jobs/steps/attempt.ts';
import { setQuota } from './index.ts';
import { type Laboratory, startLaboratory } from './testing/laboratory.ts';

const steps = 120;

/** Numerical Recipes' generator: the same sequence everywhere. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('the ledger of quotas', () => {
  let at: Laboratory;
  before(async () => {
    at = await startLaboratory();
    await setQuota(at.api, at.context(), { workspace: at.workspace, resource: 'jobs', limit: 6 });
  });
  after(() => at?.stop());

  const begun = new Map<string, Attempt>();
  const open = new Set<string>();

  const moves: readonly ((random: (below: number) => number) => Promise<string>)[] = [
    async () => {
      try {
        const { job } = await submitJob(at.api, at.context('analyst'), { ...at.request(), cache: 'refresh' });
        open.add(job.id);
        return 'submit';
      } catch (error) {
        if (!AssayError.is(error, 'quota.exceeded')) throw error;
        return 'submit, refused';
      }
    },
    async (random) => {
      const waiting = [...open].filter((id) => !begun.has(id));
      const id = waiting[random(waiting.length || 1)];
      if (!id) return 'nothing waits';
      const by = random(3) === 0 ? at.deadWorker : at.worker;
      const attempt = await at.begin(id, by);
      if (attempt) begun.set(id, attempt);
      else open.delete(id);
      return `begin${by === at.deadWorker ? ' by one that dies' : ''}`;
    },
    async (random) => {
      const [id, attempt] = [...begun][random(begun.size || 1)] ?? [];
      if (!id || !attempt) return 'nothing runs';
      const settling = {
        workspace: at.workspace,
        job: id,
        run: attempt.run,
        lease: attempt.lease,
        ranMs: random(5000),
      };
      const good = random(2) === 0;
      const outcome = good
        ? ({ state: 'succeeded', attempt: await at.complete(attempt, 50 + random(500)) } as const)
        : ({ state: 'failed', error: new AssayError('job.tool_failed', 'a test') } as const);
      await settle(at.worker, settling, outcome);
      // A zombie that settles a second time changes nothing.
      assert.equal(await settle(at.worker, settling, outcome), undefined);
      begun.delete(id);
      open.delete(id);
      return good ? 'succeed' : 'fail';
    },
    async (random) => {
      const id = [...open][random(open.size || 1)];
      if (!id) return 'nothing is open';
      try {
        await cancelJob(at.api, at.context('analyst'), { id });
      } catch (error) {
        if (!AssayError.is(error, 'job.already_finished')) throw error;
      }
      if (!begun.has(id)) open.delete(id);
      return 'cancel';
    },
    async () => {
      const dead = [...begun].filter(([, { run }]) => run);
      const own = new Set(dead.map(([id]) => id));
      const count = await takeBackLostRuns(at.worker, at.worker.workerId, own);
      return `reconcile with all in hand (${count})`;
    },
    async () => {
      await takeBackLostRuns(at.worker, at.worker.workerId, new Set());
      begun.clear();
      const { rows } = await at.owner.query<{ id: string }>(
        "select id from assay.job where state in ('queued', 'running', 'cancelling')",
      );
      open.clear();
      for (const { id } of rows) open.add(id);
      return 'reconcile after a crash';
    },
  ];

  test('is conserved after every step of a random history: submitted, begun, ended, cancelled, killed', async (t) => {
    const random = seeded(20_261_124);
    const told: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      // Two of three moves are those that most happens by.
      const move = moves[random(3) === 0 ? random(moves.length) : random(3)];
      told.push((await move?.(random)) ?? '');
      assert.deepEqual(await at.audit(), [], told.slice(-8).join(' > '));
      const { jobs_reserved: reserved = 0 } = await at.standing();
      assert.ok(reserved <= 6, `${reserved} jobs are held`);
    }
    const kinds = new Set(told);
    for (const kind of [
      'submit',
      'submit, refused',
      'begin',
      'begin by one that dies',
      'succeed',
      'fail',
      'cancel',
    ])
      assert.ok(kinds.has(kind), `${kind} never happened`);
    t.diagnostic(`${steps} steps, ${kinds.size} kinds`);
  });
});
