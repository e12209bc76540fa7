import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AssayError, collect } from '@assay/sdk';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import { readDataset, receiveDataset } from './index.ts';

const text = 'x,y\n1,2\n';

describe('an upload whose last answer of the database is lost', () => {
  let at: Installation;
  before(async () => {
    at = await startInstallation();
  });
  after(() => at?.stop());

  /** The second transaction of an upload is carried out, or rolled back, and then the connection is gone. */
  function losing(commits: boolean): Installation['api'] {
    let count = 0;
    const { database } = at.api;
    const withWorkspace: typeof database.withWorkspace = async (workspace, work) => {
      count += 1;
      if (count !== 2) return database.withWorkspace(workspace, work);
      const lost = new AssayError('database.unavailable', 'lost');
      await database.withWorkspace(workspace, async (query) => {
        await work(query);
        if (!commits) throw lost;
      });
      throw lost;
    };
    return { ...at.api, database: { ...database, withWorkspace } };
  }
  const receive = (deps: Installation['api']) =>
    receiveDataset(deps, at.context(), {
      name: 'a.csv',
      mediaType: 'text/csv',
      body: inChunks(Buffer.from(text)),
    });
  const unavailable = { code: 'database.unavailable' };

  test('keeps its object where the rows were written', async () => {
    await assert.rejects(receive(losing(true)), unavailable);
    const { rows } = await at.owner.query('select id from assay.dataset');
    assert.equal(rows.length, 1);
    const { body } = await readDataset(at.api, at.context(), { id: rows[0].id, form: 'original' });
    assert.equal((await collect(body)).toString(), text);
  });

  test('leaves it to the sweep where they were not', async () => {
    await assert.rejects(receive(losing(false)), unavailable);
    assert.equal((await at.owner.query('select id from assay.dataset')).rows.length, 1);
  });
});
