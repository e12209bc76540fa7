import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import { advanceClock, overtake, type Priority, ranks, reserve } from './index.ts';

describe('priorities within a workspace', () => {
  let at: Installation;
  let other: string;
  let request: Buffer;
  const names = new Map<string, string>();
  before(async () => {
    at = await startInstallation();
    other = randomUUID();
    await at.owner.query('insert into assay.workspace (id, name) values ($1, $2)', [other, 'other']);
    request = await at.api.database.withWorkspace(at.workspace, async (query) =>
      (await at.api.ciphers.of(query, at.workspace)).seal('job-request/v1/any', Buffer.from('{}')),
    );
  });
  after(() => at?.stop());

  /** Admits a job as `submitIn` does. */
  const enter = (name: string, priority: Priority = 'normal', workspace = at.workspace) =>
    at.api.database.withWorkspace(workspace, async (query) => {
      const subject = randomUUID();
      names.set(subject, name);
      await query
        .insertInto('assay.job')
        .values({
          ...{ workspace_id: workspace, id: subject, principal_id: at.context().principal.id, tool: 'a/b' },
          ...{ version: '1.0.0', plugin_digest: 'sha256:', seed: 1, priority: ranks[priority] },
          request,
        })
        .execute();
      const message = await at.api.queue.send(query, 'job', { workspace, id: subject }, 0);
      await reserve(at.api, query, { workspace, subject, message, amounts: { jobs: 1, cpu: 0, bytes: 0 } });
      await overtake(at.api, query, { workspace, subject });
    });
  /** What a worker takes next, one at a time, and ends. */
  async function take(count: number): Promise<string> {
    const order: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const [message] = await at.worker.queue.fetch('job', 1);
      assert.ok(message);
      await advanceClock(at.worker, message.place);
      await message.settle();
      await at.owner.query("update assay.job set state = 'cancelled', finished_at = now() where id = $1", [
        message.id,
      ]);
      await at.owner.query('delete from assay.reservation where subject = $1', [message.id]);
      order.push(names.get(message.id) ?? '?');
    }
    return order.join(' ');
  }

  test('high before normal before low; of the same, who came first', async () => {
    await enter('l1', 'low');
    await enter('n1');
    await enter('l2', 'low');
    await enter('h1', 'high');
    await enter('n2');
    await enter('h2', 'high');
    await enter('n3');
    assert.equal(await take(7), 'h1 h2 n1 n2 n3 l1 l2');
  });

  test('no other workspace waits longer for it: its jobs stay where they are in the line', async () => {
    for (let i = 0; i < 4; i += 1) {
      await enter(`n${i}`);
      await enter(`o${i}`, 'normal', other);
    }
    for (let i = 0; i < 3; i += 1) await enter(`h${i}`, 'high');
    const served = (await take(11)).split(' ');
    for (let i = 0; i < 4; i += 1) assert.ok(served.indexOf(`o${i}`) <= 2 * i + 1, served.join(' '));
    assert.equal(served.filter((name) => !name.startsWith('o')).join(' '), 'h0 h1 h2 n0 n1 n2 n3');
  });

  test('one that others went before twenty times is not passed again', async () => {
    await enter('low', 'low');
    for (let i = 0; i < 24; i += 1) await enter(`h${i}`, 'high');
    const served = (await take(25)).split(' ');
    assert.equal(served.indexOf('low'), 20);
    assert.deepEqual(
      served.filter((each) => each !== 'low'),
      Array.from({ length: 24 }, (_, i) => `h${i}`),
    );
  });

  test('one that runs keeps the place that it was served at', async () => {
    await enter('runs');
    await enter('waits');
    const [running] = await at.worker.queue.fetch('job', 1);
    assert.equal(names.get(running?.id ?? ''), 'runs');
    await at.owner.query("update assay.job set state = 'running' where id = $1", [running?.id]);
    await enter('high', 'high');
    const { rows } = await at.owner.query('select place, passed from assay.reservation where subject = $1', [
      running?.id,
    ]);
    assert.deepEqual(rows, [{ place: running?.place, passed: 0 }]);
    assert.equal(await take(2), 'high waits');
  });

  test('many at once: every place is there once', async () => {
    const all = Array.from({ length: 30 }, (_, i) => (['low', 'normal', 'high'] as const)[i % 3] as Priority);
    await Promise.all(all.map((priority) => enter(priority, priority)));
    const { rows } = await at.owner.query(
      `select count(distinct r.place)::int as places, count(*)::int as jobs,
              bool_and(r.place = -m.priority) as alike
         from assay.reservation r join assay.job j on j.id = r.subject
         join queue.job m on m.singleton_key = r.subject::text
        where j.state = 'queued' and m.state < 'active'`,
    );
    assert.deepEqual(rows, [{ places: 30, jobs: 30, alike: true }]);
    const served = (await take(30)).split(' ');
    assert.equal(served.slice(0, 10).includes('low'), false, served.join(' '));
  });
});
