import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../../../test/postgres.ts';
import { connect, type Database, prepareDatabase } from '../database/index.ts';
import { createCounter } from './counter.ts';
import { createLimits, type LimitSettings, type Limits } from './index.ts';

const settings: LimitSettings = {
  requestsPerAddress: 1000,
  requestsPerPrincipal: 60,
  requestsPerWorkspace: 1e6,
  signInsPerAddress: 5,
  deviceCodesPerAddress: 5,
};
const digest = (key: string) => createHash('sha256').update(key).digest('base64url');
/** A key of the test's own, so that no test sees the counts of another. */
const somebody = () => randomUUID();

const isRefusal = (error: unknown) =>
  AssayError.is(error, 'request.limit_exceeded') && (error.retryAfter ?? 0) >= 1;

/** How many of so many, all at once, pass; what is not passed must be refused with words. */
async function passing(count: number, take: (i: number) => Promise<void>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, i) => take(i)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.ok(isRefusal(outcome.reason));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

describe('limits', () => {
  let postgres: TestPostgres;
  let owner: pg.Client;
  let apiUrl: string;
  const open: Database[] = [];
  before(async () => {
    postgres = await startTestPostgres();
    ({ apiUrl } = await prepareDatabase({ ownerUrl: postgres.ownerUrl }));
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    for (const database of open) await database.close();
    await owner?.end();
    await postgres?.stop();
  });

  /** As in one process; it counts what it asks the database. */
  function process(given: Partial<Parameters<typeof createLimits>[0]> = {}) {
    const database = connect({
      url: apiUrl,
      poolSize: 4,
      applicationName: 'test',
      onError: () => undefined,
    });
    open.push(database);
    const seen = { asked: 0, news: [] as (Error | undefined)[] };
    const limits: Limits = createLimits({
      ask: (statement) => {
        seen.asked += 1;
        return database.runStatement(statement);
      },
      digest,
      settings,
      onNews: (error) => seen.news.push(error),
      patienceMs: 60_000,
      ...given,
    });
    return { limits, seen };
  }

  test('two processes on one Postgres: together exactly the limit, at a twentieth of the round trips', async () => {
    const [a, b] = [process(), process()];
    const key = somebody();
    const passed = await passing(3000, (i) => (i % 2 === 0 ? a : b).limits.request('address', key));
    assert.equal(passed, 1000);
    const asked = a.seen.asked + b.seen.asked;
    assert.ok(asked <= 24, `${asked} round trips`);
    // Refusals cost none at all.
    assert.equal(await passing(500, () => a.limits.request('address', key)), 0);
    assert.equal(a.seen.asked + b.seen.asked, asked);
    assert.equal(await passing(10, () => a.limits.request('address', somebody())), 10);
  });

  test('a limit that blocks do not divide is met exactly too', async () => {
    const odd = { ...settings, requestsPerAddress: 1007 };
    const [a, b] = [process({ settings: odd }), process({ settings: odd })];
    const key = somebody();
    // Each of them asks more often than the limit, so that neither keeps points that it has nobody for.
    assert.equal(await passing(3021, (i) => (i % 3 === 0 ? a : b).limits.request('address', key)), 1007);
  });

  test('attempts are counted one by one, over processes, each by its kind, and forgiven', async () => {
    const [a, b] = [process(), process()];
    const key = somebody();
    const turns = [a, b, a, b, a];
    for (const { limits } of turns) await limits.attempt('sign-in', key);
    await assert.rejects(b.limits.attempt('sign-in', key), (error: AssayError) => {
      assert.match(
        error.message,
        /^At most 5 attempts to sign in from one address in 15 minutes .* in \d+ s\.$/,
      );
      assert.ok((error.retryAfter ?? 0) > 800 && (error.retryAfter ?? 0) <= 900, String(error.retryAfter));
      return isRefusal(error);
    });
    await a.limits.attempt('device-code', key);
    await b.limits.forgive('sign-in', key);
    await b.limits.attempt('sign-in', key);
  });

  test('password guessing at once: a hundred in parallel over two processes, five pass', async () => {
    const [a, b] = [process(), process()];
    const key = somebody();
    assert.equal(await passing(100, (i) => (i % 2 ? a : b).limits.attempt('sign-in', key)), 5);
  });

  test('what is stored names nobody', async () => {
    const { limits } = process();
    await limits.attempt('sign-in', 'ada@example.org');
    await limits.request('address', '203.0.113.9');
    const { rows } = await owner.query('select key from assay.rate_limit');
    assert.ok(rows.length >= 2);
    assert.doesNotMatch(JSON.stringify(rows), /ada|203\.0/);
  });

  test('when the window is over there are points again', async () => {
    const [a, b] = [process(), process()];
    const key = somebody();
    assert.equal(await passing(70, () => a.limits.request('principal', key)), 60);
    // As if a minute had passed, for a process that has not looked yet.
    await owner.query('update assay.rate_limit set expire = 1 where key like $1', [`%${digest(key)}`]);
    assert.equal(await passing(70, () => b.limits.request('principal', key)), 60);
  });

  test('counts whose window is over are removed, others stay', async () => {
    const database = open[0];
    assert.ok(database);
    const counter = createCounter({ name: 'swept', points: 5, seconds: 60 }, (s) => database.runStatement(s));
    await counter.take('old', 1);
    await counter.take('new', 1);
    await owner.query("update assay.rate_limit set expire = 1 where key = 'swept:old'");
    await counter.sweep();
    const { rows } = await owner.query("select key from assay.rate_limit where key like 'swept:%'");
    assert.deepEqual(rows, [{ key: 'swept:new' }]);
  });

  test('a database that hangs is given up soon, asked again later, and both are told once', async () => {
    let hangs = true;
    const { limits, seen } = process({
      patienceMs: 50,
      ask: (statement) =>
        hangs ? new Promise(() => undefined) : (open[0]?.runStatement(statement) ?? Promise.reject()),
    });
    assert.equal(await passing(30, () => limits.request('principal', somebody())), 30);
    assert.equal(seen.news.length, 1);
    hangs = false;
    for (let i = 0; i < 200 && seen.news.length < 2; i += 1) {
      await limits.request('principal', somebody());
      await delay(50);
    }
    assert.match(String(seen.news[0]), /not answered/);
    assert.equal(seen.news[1], undefined);
  });

  // The last one: it ends the database.
  test('with Postgres stopped everybody is still counted, in memory', async () => {
    const { limits, seen } = process();
    const key = somebody();
    assert.equal(await passing(10, () => limits.request('address', key)), 10);
    await owner.end();
    await postgres.stop();
    // What was taken before the end is spent first; then memory has a window of its own.
    const passed = await passing(3000, () => limits.request('address', key));
    assert.equal(passed, 1000 + 40);
    assert.equal(await passing(200, () => limits.attempt('sign-in', key)), 5);
    assert.equal(seen.news.length, 1);
  });
});
