import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { startTestPostgres, type TestPostgres } from '../../../test/postgres.ts';
import { connect, type Database, prepareDatabase } from '../database/index.ts';
import { openQueue, prepareQueue, type Queue } from './index.ts';

const onError = (error: Error) => {
  throw error;
};

describe('queue', () => {
  let postgres: TestPostgres;
  let owner: pg.Client;
  let database: Database;
  let queue: Queue;
  before(async () => {
    postgres = await startTestPostgres();
    const { workerUrl } = await prepareDatabase({ ownerUrl: postgres.ownerUrl, also: prepareQueue });
    owner = new pg.Client({ connectionString: postgres.ownerUrl });
    await owner.connect();
    database = connect({ url: workerUrl, poolSize: 2, applicationName: 'test', onError });
    queue = await openQueue({ url: workerUrl, poolSize: 2, supervise: false, onError });
  });
  after(async () => {
    await queue?.close();
    await database?.close();
    await owner?.end();
    await postgres?.stop();
  });

  const send = (message: { workspace: string; id: string }) =>
    database.withoutWorkspace((query) => queue.send(query, 'job', message, 0));

  test('a message is there when its transaction is, and gone when it was rolled back', async () => {
    const message = { workspace: randomUUID(), id: randomUUID() };
    const rolledBack = database.withoutWorkspace(async (query) => {
      await queue.send(query, 'job', message, 0);
      throw new Error('no');
    });
    await assert.rejects(rolledBack, /no/);
    assert.deepEqual(await queue.fetch('job', 5), []);
    await send(message);
    const [delivery] = await queue.fetch('job', 5);
    assert.deepEqual([delivery?.workspace, delivery?.id], [message.workspace, message.id]);
    await delivery?.settle();
  });

  test('a message whose taker died before it did anything counts as missing, so that it is sent again', async () => {
    const message = { workspace: randomUUID(), id: randomUUID() };
    await send(message);
    assert.equal(await queue.holds('job', message.id), true, 'it waits');
    await queue.fetch('job', 1);
    assert.equal(await queue.holds('job', message.id), true, 'it was taken just now');
    await owner.query(
      "update queue.job set started_on = now() - interval '1 minute' where singleton_key = $1",
      [message.id],
    );
    assert.equal(await queue.holds('job', message.id), false, 'it was taken, and nothing came of it');
    await send(message);
    assert.equal(await queue.holds('job', message.id), true);
    const [again] = await queue.fetch('job', 1);
    await again?.settle();
    assert.equal(await queue.holds('job', message.id), false);
  });
});
