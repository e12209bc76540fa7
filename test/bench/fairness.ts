import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { advanceClock, reserve } from '../../core/domain/quotas/index.ts';
import { type Installation, startInstallation } from '../../core/testing/installation.ts';
import { createDispatcher } from '../../core/worker/dispatcher.ts';
import { type Comparison, median } from './measure.ts';

/** One workspace floods with 525 jobs, then nineteen others send 25 each: 1,000 jobs from 20 workspaces. */
const workspaces = 20;
const few = 25;
const flood = 1000 - (workspaces - 1) * few;
const jobMs = 5;
const slots = 2;
/** Jobs after which every workspace still has some that wait, where it is served in turn. */
const looked = 400;
const rounds = 3;

interface Seen {
  /** 95 of 100 jobs of the small workspaces waited no longer, in milliseconds. */
  readonly p95: number;
  /** Jain, Chiu and Hawe (1984): 1 where all were served alike, 1/n where one had everything. */
  readonly jain: number;
}

async function fill(at: Installation, ids: readonly string[], inTurn: boolean): Promise<void> {
  let arrived = 0;
  for (const [i, workspace] of ids.entries())
    await at.api.database.withWorkspace(workspace, async (query) => {
      for (let n = 0; n < (i === 0 ? flood : few); n += 1) {
        arrived += 1;
        const subject = randomUUID();
        const message = await at.api.queue.send(query, 'job', { workspace, id: subject }, arrived);
        const amounts = { jobs: 1, cpu: 0, bytes: 0 };
        if (inTurn) await reserve(at.api, query, { workspace, subject, message, amounts, admitted: true });
      }
    });
}

async function serve(at: Installation, ids: readonly string[], inTurn: boolean): Promise<Seen> {
  await fill(at, ids, inTurn);
  const all = Promise.withResolvers<void>();
  const waits: number[] = [];
  const served = ids.map(() => 0);
  let done = 0;
  let left = flood + (workspaces - 1) * few;
  const since = performance.now();
  const dispatcher = createDispatcher({
    slots,
    async take(limit) {
      const messages = await at.worker.queue.fetch('job', limit);
      const last = messages.at(-1);
      if (last && inTurn) await advanceClock(at.worker, last.place);
      return messages;
    },
    async carryOut(message) {
      const which = ids.indexOf(message.workspace);
      if (which > 0) waits.push(performance.now() - since);
      if (done < looked) served[which] = (served[which] ?? 0) + 1;
      done += 1;
      await delay(jobMs);
      await message.settle();
      left -= 1;
      if (left === 0) all.resolve();
    },
    onError: all.reject,
  });
  dispatcher.wake();
  await all.promise;
  await dispatcher.drain(0, 'over');
  waits.sort((a, b) => a - b);
  const sum = served.reduce((total, each) => total + each, 0);
  const squares = served.reduce((total, each) => total + each * each, 0);
  return {
    p95: waits[Math.floor(waits.length * 0.95)] ?? Number.NaN,
    jain: sum ** 2 / (ids.length * squares),
  };
}

/** The queue in turn between workspaces, against the same queue in the order in which jobs came. */
export async function fairnessRows(): Promise<Comparison[]> {
  const at = await startInstallation();
  try {
    const sides: [Seen[], Seen[]] = [[], []];
    for (let i = 0; i < rounds; i += 1)
      for (const [side, inTurn] of [true, false].entries()) {
        const ids = Array.from({ length: workspaces }, () => randomUUID());
        for (const id of ids)
          await at.owner.query('insert into assay.workspace (id, name) values ($1, $2)', [id, id]);
        sides[side]?.push(await serve(at, ids, inTurn));
      }
    const row = (name: string, of: keyof Seen, unit: string): Comparison => {
      const [ours, floor] = sides.map((seen) => median(seen.map((each) => each[of]))) as [number, number];
      return { name, ours, floor, ratio: ours / floor, runs: rounds, unit };
    };
    return [
      row(
        '1,000 jobs of 20 workspaces, one of which floods: p95 wait of the others (order of arrival)',
        'p95',
        'ms',
      ),
      row("the same, Jain's index of the first 400 served (order of arrival)", 'jain', ''),
    ];
  } finally {
    await at.stop();
  }
}
