import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { collect } from '@assay/sdk';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import { getDataset, readDataset, receiveDataset } from '../datasets/index.ts';
import { erase } from '../erasures/index.ts';
import { createWorkspace } from '../workspaces/index.ts';
import { createRewrapper, getKeys, getRotation, rotateKey } from './index.ts';
import { tellRootRotation } from './root.ts';

describe('rotating keys', () => {
  let at: Installation;
  let rewrap: () => Promise<void>;
  before(async () => {
    at = await startInstallation();
    rewrap = createRewrapper(at.worker, { stop: new AbortController().signal, batchRows: 7 });
  });
  after(() => at?.stop());

  const textOf = (i: number) => `a\n${i}\n`;
  async function upload(i: number): Promise<string> {
    const body = inChunks(Buffer.from(textOf(i)));
    const { id } = await receiveDataset(at.api, at.context(), {
      name: `${i}.csv`,
      mediaType: 'text/csv',
      body,
    });
    return id;
  }
  const read = async (id: string) =>
    (await collect((await readDataset(at.api, at.context(), { id, form: 'original' })).body)).toString();
  const versions = async () =>
    (
      await at.owner.query(
        'select distinct key_version as v from assay.artifact where wrapped_key is not null',
      )
    ).rows.map(({ v }) => v);

  test('everything is wrapped anew, nothing is rewritten, and the report says how many', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => upload(i)));
    const job = randomUUID();
    const cipher = await at.api.database.withWorkspace(at.workspace, (q) =>
      at.api.ciphers.of(q, at.workspace),
    );
    const seal = (part: string) =>
      cipher.seal(`job-${part}/v1/${job}`, Buffer.from('{"inputs":{},"params":{}}'));
    await at.owner.query(
      `insert into assay.job (workspace_id, id, principal_id, tool, version, plugin_digest, seed, request, progress)
       values ($1, $2, $3, 'a/b', '1.0.0', 'sha256:', 1, $4, $5)`,
      [at.workspace, job, at.context().principal.id, seal('request'), seal('progress')],
    );
    const rotation = await rotateKey(at.api, at.context(), { key: 'workspace' });
    assert.deepEqual([rotation.state, rotation.total, rotation.toVersion], ['running', 31, 2]);
    await assert.rejects(rotateKey(at.api, at.context(), { key: 'workspace' }), { code: 'rotation.running' });
    assert.deepEqual(await read(ids[3] as string), textOf(3), 'read while it runs');
    await rewrap();
    const done = await getRotation(at.api, at.context(), rotation);
    assert.deepEqual([done.state, done.rewrapped, done.failed, done.failures], ['done', 31, 0, []]);
    assert.deepEqual(await versions(), [2]);
    for (const [i, id] of ids.entries()) assert.equal(await read(id), textOf(i));
    const { rows } = await at.owner.query(
      'select request, progress, key_version from assay.job where id = $1',
      [job],
    );
    assert.equal(rows[0].key_version, 2);
    const now = await at.api.database.withWorkspace(at.workspace, (q) => at.api.ciphers.of(q, at.workspace));
    for (const part of ['request', 'progress'])
      assert.match(now.unseal(`job-${part}/v1/${job}`, rows[0][part]).toString(), /inputs/);
  });

  test('the root key: the keys of workspaces are wrapped anew, and open under either', async () => {
    const id = await upload(1);
    const rotation = await rotateKey(at.api, at.context(), { key: 'root' });
    assert.equal(rotation.toVersion, 2);
    await rewrap();
    const { rows } = await at.owner.query("select wrapped ->> 'keyVersion' as v from assay.workspace_key");
    assert.deepEqual(
      rows.map(({ v }) => v),
      ['2', '2'],
    );
    assert.equal((await getRotation(at.api, at.context(), rotation)).state, 'done');
    assert.equal(await read(id), textOf(1));
    const keys = await getKeys(at.api, at.context());
    assert.deepEqual([keys.source.rootVersion, keys.workspaceVersion, keys.rotations.length], [2, 2, 2]);
  });

  test('the root key: the report counts the keys of all workspaces, and ends when none is left in any', async () => {
    for (const name of ['second', 'third']) await createWorkspace(at.api, at.context(), { name });
    const rotation = await rotateKey(at.api, at.context(), { key: 'root' });
    assert.deepEqual([rotation.state, rotation.total, rotation.toVersion], ['running', 4, 3]);
    const progress = async () => {
      const { state, rewrapped } = await getRotation(at.api, at.context(), rotation);
      return [state, rewrapped];
    };
    // A worker that knows nothing of the new version yet has nothing to wrap, and nothing to report.
    const older = at.worker.keys.describe();
    assert.ok(older);
    const behind = {
      ...at.worker,
      keys: { ...at.worker.keys, describe: () => ({ ...older, keyVersion: 2 }) },
    };
    await createRewrapper(behind, { stop: new AbortController().signal, batchRows: 7 })();
    assert.deepEqual(await progress(), ['running', 0]);
    await at.owner.query(
      `update assay.workspace_key set wrapped = jsonb_set(wrapped, '{keyVersion}', '3') where workspace_id = $1`,
      [at.workspace],
    );
    await at.worker.database.withWorkspace(at.workspace, tellRootRotation);
    assert.deepEqual(await progress(), ['running', 2], 'two other workspaces are left');
    await at.owner.query(
      `update assay.workspace_key set wrapped = jsonb_set(wrapped, '{keyVersion}', '2') where workspace_id = $1`,
      [at.workspace],
    );
    await rewrap();
    assert.deepEqual(await progress(), ['done', 4]);
  });

  test('what cannot be opened is named and left; what was erased is no part of it; the rest goes on', async () => {
    const [good, altered, erased] = await Promise.all([upload(1), upload(2), upload(3)]);
    const { rows } = await at.owner.query(
      `update assay.artifact set wrapped_key = jsonb_set(wrapped_key, '{ctxDigest}', '"x"')
        where id = (select original from assay.dataset where id = $1) returning id`,
      [altered],
    );
    await at.owner.query("update assay.dataset set state = 'rejected' where id = $1", [erased]);
    await erase(at.api, at.context(), { subject: { kind: 'dataset', id: erased as string }, reason: 'r' });
    const rotation = await rotateKey(at.api, at.context(), { key: 'workspace' });
    await rewrap();
    const done = await getRotation(at.api, at.context(), rotation);
    assert.equal(done.state, 'done');
    assert.equal(done.rewrapped + done.failed, done.total);
    assert.deepEqual(done.failures, [
      { kind: 'artifact', id: rows[0].id, reason: 'encryption.ciphertext_invalid' },
    ]);
    assert.equal(await read(good as string), textOf(1));
    assert.equal((await getDataset(at.api, at.context(), { id: erased as string })).state, 'erased');
  });

  test('only an administrator rotates', async () => {
    await assert.rejects(rotateKey(at.api, at.context('analyst'), { key: 'root' }), {
      code: 'access.denied',
    });
    await assert.rejects(getKeys(at.api, at.context('viewer')), { code: 'access.denied' });
    assert.ok(await getKeys(at.api, at.context('auditor')));
  });
});
