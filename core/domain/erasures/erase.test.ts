import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { collect } from '@assay/sdk';
import { openKeyring } from '../../base/encryption/index.ts';
import { openNote } from '../../base/transparency/index.ts';
import { type Installation, inChunks, startInstallation } from '../../testing/installation.ts';
import { recoverObject } from '../artifacts/index.ts';
import { logKeysOf } from '../audit/index.ts';
import {
  cipherOf,
  getDataset,
  readDataset,
  receiveDataset,
  requireDataset,
  settleDataset,
} from '../datasets/index.ts';
import { listRecords } from '../trail/index.ts';
import { erase, getErasure, listErasures } from './index.ts';

const text = 'name,dose\nADA LOVELACE,3\n';
const reason = 'the study withdrew its consent';

describe('erasing', () => {
  let at: Installation;
  before(async () => {
    at = await startInstallation();
  });
  after(() => at?.stop());

  async function upload(): Promise<string> {
    const { id } = await receiveDataset(at.api, at.context(), {
      name: 'patients.csv',
      mediaType: 'text/csv',
      body: inChunks(Buffer.from(text)),
    });
    await at.api.database.withWorkspace(at.workspace, async (query) => {
      const row = await requireDataset(query, id);
      const cipher = await cipherOf(at.worker, query, row);
      const reasons = [{ pointer: '', code: 'X', detail: 'ADA LOVELACE' }];
      await settleDataset(query, cipher, id, { state: 'rejected', reasons });
    });
    return id;
  }
  const read = async (id: string) =>
    (await collect((await readDataset(at.api, at.context(), { id, form: 'original' })).body)).toString();
  const dataset = (id: string) => ({ subject: { kind: 'dataset' as const, id }, reason });

  test('a data set: its key, its objects and what is known of it are gone; the certificate says so', async () => {
    const id = await upload();
    const kept = await upload();
    const erasure = await erase(at.api, at.context(), dataset(id));
    assert.equal(erasure.objects, 1);
    const days = (Date.parse(erasure.irrecoverableFrom) - Date.parse(erasure.destroyedAt)) / 86_400_000;
    assert.equal(days, 14);
    await assert.rejects(read(id), { code: 'dataset.erased' });
    const view = await getDataset(at.api, at.context(), { id });
    assert.deepEqual(
      [view.state, view.name, view.profile, view.reasons],
      ['erased', 'erased', undefined, undefined],
    );
    assert.equal(await read(kept), text);
    assert.equal(
      (await readdir(path.join(at.storeDirectory, at.workspace))).length,
      2,
      'one object, one key',
    );

    const { logKey } = logKeysOf(at.api.keys);
    const { text: certificate } = openNote(erasure.certificate, [logKey]);
    assert.match(certificate, new RegExp(`subject: dataset ${id}\n`));
    assert.match(certificate, new RegExp(`irrecoverable from: ${erasure.irrecoverableFrom} \\(.*14 days\\)`));
    assert.throws(() => openNote(erasure.certificate.replace(id, kept), [logKey]), {
      code: 'audit.note_invalid',
    });
    assert.deepEqual(await getErasure(at.api, at.context('auditor'), erasure), erasure);
    assert.deepEqual((await listErasures(at.api, at.context('auditor'))).items[0], erasure);
    const { items } = await listRecords(at.api, at.context(), { limit: 5 });
    const record = items.find(({ action }) => action === 'dataset.erase');
    assert.deepEqual(
      [record?.action, record?.subject.id, record?.reason, record?.before],
      ['dataset.erase', id, reason, view.digest],
    );
  });

  test('twice, by somebody who may not, or without a reason, it is refused', async () => {
    const id = await upload();
    await assert.rejects(erase(at.api, at.context('analyst'), dataset(id)), { code: 'access.denied' });
    await assert.rejects(erase(at.api, at.context(), { ...dataset(id), reason: ' ' }), {
      code: 'request.invalid',
    });
    assert.equal(await read(id), text);
    await erase(at.api, at.context(), dataset(id));
    await assert.rejects(erase(at.api, at.context(), dataset(id)), { code: 'erasure.refused' });
    await assert.rejects(erase(at.api, at.context(), dataset(at.workspace)), { code: 'dataset.not_found' });
  });

  test('an older database and an older store bring nothing back, and the next start ends it again', async () => {
    const id = await upload();
    const row = (await at.owner.query('select * from assay.dataset where id = $1', [id])).rows[0];
    const artifact = (await at.owner.query('select * from assay.artifact where id = $1', [row.original]))
      .rows[0];
    const key = `${at.workspace}/${row.original}`;
    const [body, sidecar] = await Promise.all(
      [key, `${key}.key`].map(async (each) => collect(await at.api.store.get(each))),
    );
    const recovered = await recoverObject(at.api.store, at.api.keys, key);
    assert.equal((await collect(recovered.body)).toString(), text);
    await erase(at.api, at.context(), dataset(id));

    await at.api.store.put(key, inChunks(body as Buffer));
    await at.api.store.put(`${key}.key`, inChunks(sidecar as Buffer));
    await at.owner.query('update assay.artifact set wrapped_key = $2 where id = $1', [
      row.original,
      artifact.wrapped_key,
    ]);
    await at.owner.query(
      "update assay.dataset set state = 'rejected', erased_at = null, name = $2, reasons = $3 where id = $1",
      [id, row.name, row.reasons],
    );
    await assert.rejects(read(id), { code: 'encryption.key_destroyed' });
    await assert.rejects(getDataset(at.api, at.context(), { id }), { code: 'encryption.key_destroyed' });
    await assert.rejects(recoverObject(at.api.store, at.api.keys, key), { code: 'encryption.key_destroyed' });
    const fresh = await openKeyring(at.keys);
    await assert.rejects(recoverObject(at.api.store, fresh, key), { code: 'encryption.key_destroyed' });

    assert.equal((await at.prepare()).erasedAgain, 1);
    assert.equal((await getDataset(at.api, at.context(), { id })).state, 'erased');
    const { rows } = await at.owner.query('select * from assay.known_objects($1) order by key', [
      [key, `${key}.key`],
    ]);
    const came = { loose: true, erased: true };
    assert.deepEqual(
      rows,
      [key, `${key}.key`].map((each) => ({ key: each, ...came })),
      'the sweep takes what came back',
    );
    assert.equal((await at.prepare()).erasedAgain, 0);
  });

  test('nothing happens where the keyring cannot be written', async () => {
    const id = await upload();
    const broken = {
      ...at.api,
      keys: {
        ...at.api.keys,
        destroy: async () => {
          throw new Error('no room');
        },
      },
    };
    await assert.rejects(erase(broken, at.context(), dataset(id)), /no room/);
    assert.equal(await read(id), text);
    assert.deepEqual(
      (await listErasures(at.api, at.context())).items.filter((erasure) => erasure.subject.id === id),
      [],
    );
  });

  test('a person: what records know of them is gone, the records stand', async () => {
    const person = '11111111-1111-4111-8111-111111111111';
    await at.owner.query(
      `insert into assay.principal (id, kind, name, key_slot) values ($1, 'user', 'Grace Hopper', 77)`,
      [person],
    );
    await at.owner.query("insert into assay.membership values ($1, $2, 'analyst')", [at.workspace, person]);
    const hers = at.context('analyst');
    const principal = { ...hers.principal, id: person, name: 'Grace Hopper', slot: 77 };
    await receiveDataset(
      at.api,
      { ...hers, principal },
      { name: 'a.csv', mediaType: 'text/csv', body: inChunks(Buffer.from(text)) },
    );
    const newest = async () => (await listRecords(at.api, at.context(), { limit: 10 })).items;
    assert.deepEqual((await newest())[0]?.person, {
      name: 'Grace Hopper',
      address: '192.0.2.7',
      agent: 'test/1',
    });
    const { rows } = await at.owner.query('select seq, mac, personal from assay.audit_record');
    const request = { subject: { kind: 'person' as const, id: person }, reason };
    const self = { ...request, subject: { kind: 'person' as const, id: at.context().principal.id } };
    await assert.rejects(erase(at.api, at.context(), self), { code: 'erasure.refused' });
    await at.owner.query(
      `insert into assay.job (workspace_id, id, principal_id, tool, version, plugin_digest, seed, request)
       values ($1, $2, $2, 'a/b', '1.0.0', 'sha256:', 1, '')`,
      [at.workspace, person],
    );
    await erase(at.api, at.context(), request);
    // As the worker sees it; the starts of the test before have given its role another password.
    await at.owner.query('begin; set local role assay_worker');
    await at.owner.query("select set_config('app.ws', $1, true)", [at.workspace]);
    const known = (await at.owner.query('select name from assay.principal where id = $1', [person])).rows;
    await at.owner.query('commit');
    assert.deepEqual(known, [{ name: 'erased' }], 'a job that waits still finds who asked for it');
    const theirs = (await newest()).filter((record) => record.principal === person);
    assert.equal(theirs.length, 1);
    assert.equal(theirs[0]?.person, undefined);
    const still = await at.owner.query('select seq, mac, personal from assay.audit_record');
    assert.deepEqual(still.rows.slice(0, rows.length), rows, 'not a byte of a record was changed');
    await assert.rejects(erase(at.api, at.context(), request), { code: 'erasure.refused' });
    await at.owner.query("update assay.principal set name = 'Grace Hopper', erased_at = null where id = $1", [
      person,
    ]);
    assert.equal((await at.prepare()).erasedAgain, 1);
    const name = await at.owner.query('select name from assay.principal where id = $1', [person]);
    assert.equal(name.rows[0].name, 'erased');
  });
});
