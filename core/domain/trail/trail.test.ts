import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalJson } from '@assay/sdk';
import { openNote, verifyExport, verifyProof } from '../../base/transparency/index.ts';
import { type Installation, startInstallation } from '../../testing/installation.ts';
import {
  fileAnchor,
  logKeysOf,
  recallMissed,
  recordAudit,
  sequenceRecords,
  tellAnchors,
} from '../audit/index.ts';
import { exportTrail, listRecords, proveRecord } from './index.ts';

const options = { checkpointMs: 3_600_000 };

describe('audit trail', () => {
  let at: Installation;
  let folder = '';
  before(async () => {
    at = await startInstallation();
    folder = await mkdtemp(path.join(tmpdir(), 'assay-trail-'));
    await write(60);
    await sequenceRecords(at.worker, options, true);
  });
  after(async () => {
    await at?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(count: number): Promise<void> {
    await at.api.database.withWorkspace(at.workspace, async (query) => {
      for (let i = 0; i < count; i += 1)
        await recordAudit(at.api, query, at.context(), {
          action: 'test.act',
          subject: { kind: 'test', id: randomUUID(), version: String(i) },
          outcome: 'succeeded',
          reason: 'böse "Zeichen" \u2028',
          detail: { number: i, text: 'ä', flag: true, nothing: null },
        });
    });
  }

  async function* lines(): AsyncGenerator<string> {
    for await (const block of exportTrail(at.api, at.context('auditor'))) yield* block.trimEnd().split('\n');
  }
  const verify = (checkpoints: readonly string[] = []) =>
    verifyExport(lines(), { ...logKeysOf(at.api.keys), checkpoints });
  const head = async () =>
    (await at.owner.query('select size, note from assay.audit_checkpoint order by size desc limit 1'))
      .rows[0];
  const sizeOf = async () =>
    Number((await at.owner.query('select count(*) from assay.audit_leaf')).rows[0].count);

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

  describe('what is done to the tree itself, with the triggers off', () => {
    before(() => at.owner.query("set session_replication_role = 'replica'"));
    after(() => at.owner.query("set session_replication_role = 'origin'"));
    const altered = { code: 'audit.altered' };
    const flip = 'set hash = sha256(hash)';
    /** Alters, expects, and puts back. */
    async function whileAltered(table: string, change: string, where: string, expect: () => Promise<void>) {
      await at.owner.query(`create temp table kept as select * from assay.${table} where ${where}`);
      const { rowCount } = await at.owner.query(`update assay.${table} ${change} where ${where}`);
      assert.equal(rowCount, 1);
      await expect();
      await at.owner.query(`delete from assay.${table} where ${where}`);
      await at.owner.query(`insert into assay.${table} overriding system value select * from kept`);
      await at.owner.query('drop table kept');
    }
    const sequence = () => sequenceRecords(at.worker, options, true);
    /** A record that waits, and is put into the tree once it is what it was. */
    async function withWaiting(work: () => Promise<void>): Promise<void> {
      await at.owner.query("set session_replication_role = 'origin'");
      await write(1);
      await at.owner.query("set session_replication_role = 'replica'");
      const size = await sizeOf();
      await work();
      assert.equal(await sizeOf(), size, 'nothing was put into it');
      assert.equal((await sequence()).appended, 1);
      assert.equal(await sizeOf(), size + 1);
    }

    test('a node at the edge that is another one is never signed over', () =>
      withWaiting(async () => {
        const { size } = await head();
        const level = Math.floor(Math.log2(Number(size)));
        await whileAltered('audit_node', flip, `level = ${level} and index = 0`, () =>
          assert.rejects(sequence(), altered),
        );
      }));

    test('a head that the log did not sign, and one of another size, are not gone on from', () =>
      withWaiting(async () => {
        const { size } = await head();
        const older = 'set note = (select note from assay.audit_checkpoint order by size limit 1)';
        await whileAltered('audit_checkpoint', "set note = note || 'x'", `size = ${size}`, () =>
          assert.rejects(sequence(), { code: 'audit.note_invalid' }),
        );
        await whileAltered('audit_checkpoint', older, `size = ${size}`, () =>
          assert.rejects(sequence(), altered),
        );
      }));

    test('a leaf since the last head that is another one, or gone, is never signed over', async () => {
      await at.owner.query("set session_replication_role = 'origin'");
      await write(3);
      assert.equal((await sequenceRecords(at.worker, options)).appended, 3);
      await withWaiting(async () => {
        const last = (await sizeOf()) - 2;
        for (const change of [flip, 'set tag = sha256(tag)', 'set genuine = not genuine'])
          await whileAltered('audit_leaf', change, `index = ${last}`, () =>
            assert.rejects(sequence(), altered),
          );
      });
    });

    test('a proof rests on nothing that was altered', async () => {
      const { rows } = await at.owner.query('select seq, index from assay.audit_leaf order by index limit 1');
      const prove = () => proveRecord(at.api, at.context(), { seq: Number(rows[0].seq) });
      await prove();
      await whileAltered('audit_node', flip, 'level = 2 and index = 1', () =>
        assert.rejects(prove(), altered),
      );
      for (const change of [flip, 'set tag = sha256(tag)', 'set genuine = false'])
        await whileAltered('audit_leaf', change, `index = ${rows[0].index}`, () =>
          assert.rejects(prove(), altered),
        );
      await whileAltered('audit_record', "set action = 'other.act'", `seq = ${rows[0].seq}`, async () => {
        await assert.rejects(prove(), altered);
        const { items } = await listRecords(at.api, at.context(), { limit: 500 });
        assert.match(items.find(({ seq }) => seq === Number(rows[0].seq))?.fault ?? '', /MAC/);
      });
      await prove();
    });

    test('what was taken out of the line, or put in beside it, comes into the tree; what is forged is named', async () => {
      await at.owner.query("set session_replication_role = 'origin'");
      assert.equal(await recallMissed(at.worker), 0);
      await write(2);
      await at.owner.query("set session_replication_role = 'replica'");
      await at.owner.query('delete from assay.audit_waiting');
      await at.owner.query(
        `insert into assay.audit_record (workspace_id, at, principal_id, action, subject_kind, subject_id, outcome, request_id, detail, mac)
         select workspace_id, at - interval '1 hour', principal_id, 'forged.act', subject_kind, subject_id, outcome, request_id, detail, mac
           from assay.audit_record order by seq limit 1`,
      );
      const exported = async () => (await Array.fromAsync(lines())).map((line) => JSON.parse(line));
      assert.equal((await sequence()).appended, 0);
      assert.equal((await exported())[0].behind, 1, 'the two new ones may still be on their way');
      assert.equal(await recallMissed(at.worker), 3);
      assert.equal((await sequence()).appended, 3);
      const [{ behind }, ...leaves] = (await exported()).slice(0, -1);
      assert.equal(behind, 0);
      assert.deepEqual(
        leaves.slice(-3).map(({ genuine }) => genuine),
        [true, true, false],
      );
      assert.match(leaves.at(-1).fault, /MAC/);
    });
  });

  test('500 mutations by a superuser with the triggers off: each is found, and the first bad record named', async () => {
    // The altered record of the test before is bad at its place; what is mutated lies before it.
    const before = (await verify()) as { index: number };
    const { rows: kept } = await at.owner.query(
      'select r.* from assay.audit_record r join assay.audit_leaf l using (seq) order by l.index',
    );
    const { rows: leaves } = await at.owner.query('select * from assay.audit_leaf order by index');
    const outside = [(await head()).note as string];
    const seqOf = (index: number) => kept[index].seq as string;
    const two = () => {
      const first = randomInt(before.index - 1);
      return [first, first + 1 + randomInt(before.index - 1 - first)] as const;
    };
    type Mutation = () => Promise<number>;
    const set = async (index: number, change: string, values: unknown[] = []) => {
      await at.owner.query(`update assay.audit_record set ${change} where seq = $1`, [
        seqOf(index),
        ...values,
      ]);
      return index;
    };
    const mutations: Readonly<Record<string, Mutation>> = {
      action: () => set(randomInt(before.index), "action = 'other.act'"),
      time: () => set(randomInt(before.index), "at = at - interval '1 millisecond'"),
      who: () => set(randomInt(before.index), "client = 'token:other'"),
      outcome: () => set(randomInt(before.index), "outcome = 'refused'"),
      detail: () => set(randomInt(before.index), `detail = '{"number": 1000}'`),
      personal: () => set(randomInt(before.index), "personal = '\\x00'"),
      mac: () => set(randomInt(before.index), "mac = '\\x00'"),
      async remove() {
        const index = randomInt(before.index);
        await at.owner.query('delete from assay.audit_record where seq = $1', [seqOf(index)]);
        return index;
      },
      async 'remove with its leaf'() {
        const index = randomInt(before.index);
        await at.owner.query('delete from assay.audit_record where seq = $1', [seqOf(index)]);
        await at.owner.query('delete from assay.audit_leaf where index = $1', [index]);
        return index;
      },
      async 'remove and close the gap'() {
        const index = randomInt(before.index);
        await at.owner.query('delete from assay.audit_record where seq = $1', [seqOf(index)]);
        await at.owner.query('delete from assay.audit_leaf where index = $1', [index]);
        await at.owner.query('update assay.audit_leaf set index = index + 1000000 where index > $1', [index]);
        await at.owner.query('update assay.audit_leaf set index = index - 1000001 where index > 999999');
        return index;
      },
      async swap() {
        const [a, b] = two();
        await at.owner.query('update assay.audit_leaf set seq = -1 where index = $1', [a]);
        await at.owner.query('update assay.audit_leaf set seq = $2 where index = $1', [b, seqOf(a)]);
        await at.owner.query('update assay.audit_leaf set seq = $2 where index = $1', [a, seqOf(b)]);
        return a;
      },
      async 'swap with its leaves'() {
        const [a, b] = two();
        await at.owner.query('update assay.audit_leaf set index = 1000000 where index = $1', [a]);
        await at.owner.query('update assay.audit_leaf set index = $2 where index = $1', [b, a]);
        await at.owner.query('update assay.audit_leaf set index = $1 where index = 1000000', [b]);
        return a;
      },
      async 'another hash'() {
        const index = randomInt(before.index);
        await at.owner.query("update assay.audit_leaf set hash = sha256('x') where index = $1", [index]);
        return index;
      },
      async signature() {
        const index = randomInt(before.index);
        await at.owner.query(
          'update assay.audit_leaf set signature = (select signature from assay.audit_leaf where index = $2) where index = $1',
          [index, (index + 1) % before.index],
        );
        return index;
      },
      async insert() {
        const index = randomInt(before.index);
        const { rows } = await at.owner.query(
          `insert into assay.audit_record (workspace_id, at, principal_id, action, subject_kind, subject_id, outcome, request_id, detail, mac)
           select workspace_id, at, principal_id, 'forged.act', subject_kind, subject_id, outcome, request_id, detail, mac
             from assay.audit_record where seq = $1 returning seq`,
          [seqOf(index)],
        );
        await at.owner.query('update assay.audit_leaf set seq = $2 where index = $1', [index, rows[0].seq]);
        return index;
      },
      async 'another workspace'() {
        const index = randomInt(before.index);
        await at.owner.query('update assay.audit_record set workspace_id = $2 where seq = $1', [
          seqOf(index),
          other,
        ]);
        return index;
      },
      async 'remove and call it another workspace’s'() {
        const index = randomInt(before.index);
        await at.owner.query('delete from assay.audit_record where seq = $1', [seqOf(index)]);
        await at.owner.query("update assay.audit_leaf set tag = sha256('x') where index = $1", [index]);
        return index;
      },
      async 'call it forged'() {
        const index = randomInt(before.index);
        await at.owner.query('update assay.audit_leaf set genuine = false where index = $1', [index]);
        return index;
      },
      async 'cut the tail'() {
        const index = 1 + randomInt(before.index - 1);
        await at.owner.query('delete from assay.audit_leaf where index >= $1', [index]);
        await at.owner.query('delete from assay.audit_record where seq = any($1)', [
          kept.slice(index).map(({ seq }) => seq),
        ]);
        return index;
      },
    };
    const other = randomUUID();
    await at.owner.query("insert into assay.workspace (id, name) values ($1, 'other')", [other]);
    await at.owner.query("set session_replication_role = 'replica'");
    const names = Object.keys(mutations);
    for (let i = 0; i < 500; i += 1) {
      const name = names[i % names.length] as string;
      await at.owner.query('begin');
      const wanted = await (mutations[name] as Mutation)();
      // Seen by the api as a superuser would leave it, then taken back.
      await at.owner.query('commit');
      const verdict = await verify(outside);
      assert.ok(!verdict.ok, `${name} at ${wanted} was not found`);
      assert.equal(verdict.index, wanted, `${name}: ${verdict.reason}`);
      await restore();
    }
    assert.equal(((await verify(outside)) as { index: number }).index, before.index, 'all was put back');
    await at.owner.query("set session_replication_role = 'origin'");

    async function restore(): Promise<void> {
      await at.owner.query('begin');
      await at.owner.query('delete from assay.audit_record');
      await at.owner.query('delete from assay.audit_leaf');
      await at.owner.query('alter table assay.audit_record alter column seq set generated by default');
      await at.owner.query(
        'insert into assay.audit_record select * from jsonb_populate_recordset(null::assay.audit_record, $1)',
        [JSON.stringify(kept.map(hexed))],
      );
      await at.owner.query(
        'insert into assay.audit_leaf select * from jsonb_populate_recordset(null::assay.audit_leaf, $1)',
        [JSON.stringify(leaves.map(hexed))],
      );
      await at.owner.query('commit');
    }
    function hexed(row: object): object {
      return Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value,
        ]),
      );
    }
  });
});
