import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalJson } from '@assay/sdk';
import { openNote, verifyProof } from '../../base/transparency/index.ts';
import { fileAnchor, logKeysOf, recordAudit, sequenceRecords, tellAnchors } from '../audit/index.ts';
import { listRecords, proveRecord } from './index.ts';
import { options, startTrail, type Trail } from './testing/trail.ts';

describe('audit trail', () => {
  let trail: Trail;
  let at: Trail['at'];
  let folder = '';
  before(async () => {
    trail = await startTrail();
    at = trail.at;
    folder = await mkdtemp(path.join(tmpdir(), 'assay-trail-'));
  });
  after(async () => {
    await at?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const write = (count: number) => trail.write(count);
  const verify = (checkpoints?: readonly string[]) => trail.verify(checkpoints);
  const head = () => trail.head();
  const sizeOf = () => trail.sizeOf();

  test('grows by batches; heads are signed, told outside once each, and every prefix stays what it was', async () => {
    const file = path.join(folder, 'heads');
    await tellAnchors(at.worker, [fileAnchor(file)]);
    await write(3);
    assert.deepEqual(await sequenceRecords(at.worker, options), { appended: 3, more: false });
    assert.deepEqual(await sequenceRecords(at.worker, options), { appended: 0, more: false });
    assert.notEqual(Number((await head()).size), await sizeOf(), 'no head was due');
    await sequenceRecords(at.worker, options, true);
    await tellAnchors(at.worker, [fileAnchor(file)]);
    await tellAnchors(at.worker, [fileAnchor(file)]);
    const heads = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).checkpoint);
    assert.equal(heads.length, 2);
    for (const each of heads) openNote(each, [logKeysOf(at.api.keys).logKey]);
    const verdict = await verify(heads);
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.equal(verdict.size, await sizeOf());
  });

  test('two sequencers at once put every record in once', async () => {
    await write(40);
    await Promise.all([1, 2, 3, 4].map(() => sequenceRecords(at.worker, options, true)));
    await sequenceRecords(at.worker, options, true);
    const { rows } = await at.owner.query(
      'select count(*) as records, (select count(*) from assay.audit_leaf) as leaves, (select count(*) from assay.audit_waiting) as waiting from assay.audit_record',
    );
    assert.equal(rows[0].records, rows[0].leaves);
    assert.equal(rows[0].waiting, '0');
    assert.ok((await verify()).ok);
  });

  test('a record is listed with who it was, and proven', async () => {
    const { items, next } = await listRecords(at.api, at.context('auditor'), { limit: 5 });
    assert.equal(items.length, 5);
    const [record] = items;
    assert.equal(record?.person?.name, 'administrator');
    const older = await listRecords(at.api, at.context(), { limit: 5, ...(next ? { before: next } : {}) });
    assert.ok((older.items[0]?.seq ?? 0) < (items.at(-1)?.seq ?? 0));
    const proven = await proveRecord(at.api, at.context(), { seq: record?.seq ?? 0 });
    const { logKey } = logKeysOf(at.api.keys);
    const bytes = (value: object) => Buffer.from(canonicalJson(value));
    assert.equal(verifyProof(proven.proof, bytes(proven.record), [logKey]).index, (await sizeOf()) - 1);
    assert.throws(
      () => verifyProof(proven.proof, bytes({ ...proven.record, outcome: 'refused' }), [logKey]),
      {
        code: 'audit.proof_invalid',
      },
    );
    await assert.rejects(proveRecord(at.api, at.context(), { seq: 999_999 }), {
      code: 'audit.record_not_found',
    });
    for (const role of ['viewer', 'analyst'] as const)
      await assert.rejects(listRecords(at.api, at.context(role), { limit: 1 }), { code: 'access.denied' });
  });

  test('what a trigger in the database alters on the way in is named, also once it is in the tree', async () => {
    await at.owner.query(`
      create function pg_temp_alter() returns trigger language plpgsql as $$ begin
        if new.action = 'secret.act' then new.action = 'harmless.act'; end if; return new; end $$;
      create trigger sly before insert on assay.audit_record for each row execute function pg_temp_alter()`);
    await at.api.database.withWorkspace(at.workspace, (query) =>
      recordAudit(at.api, query, at.context(), {
        action: 'secret.act',
        subject: { kind: 'test', id: '1' },
        outcome: 'succeeded',
      }),
    );
    await sequenceRecords(at.worker, options, true);
    const verdict = await verify();
    assert.ok(!verdict.ok);
    assert.equal(verdict.index, (await sizeOf()) - 1);
    assert.match(verdict.reason, /MAC/);
    await at.owner.query(`
      create or replace function pg_temp_alter() returns trigger language plpgsql as $$ begin return null; end $$`);
    await assert.rejects(write(1), { code: 'audit.not_written' });
    await at.owner.query('drop trigger sly on assay.audit_record; drop function pg_temp_alter()');
  });
});
