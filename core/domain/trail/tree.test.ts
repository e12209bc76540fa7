import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recallMissed, sequenceRecords } from '../audit/index.ts';
import { listRecords, proveRecord } from './index.ts';
import { options, startTrail, type Trail } from './testing/trail.ts';

describe('what is done to the tree itself, with the triggers off', () => {
  let trail: Trail;
  let at: Trail['at'];
  before(async () => {
    trail = await startTrail();
    at = trail.at;
  });
  after(() => at?.stop());
  const write = (count: number) => trail.write(count);
  const head = () => trail.head();
  const sizeOf = () => trail.sizeOf();

  before(() => at.owner.query("set session_replication_role = 'replica'"));
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
    await whileAltered('audit_node', flip, 'level = 2 and index = 1', () => assert.rejects(prove(), altered));
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
    const exported = async () => (await Array.fromAsync(trail.lines())).map((line) => JSON.parse(line));
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
