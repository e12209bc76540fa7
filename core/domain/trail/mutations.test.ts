import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startTrail, type Trail } from './testing/trail.ts';

describe('a superuser', () => {
  let trail: Trail;
  let at: Trail['at'];
  before(async () => {
    trail = await startTrail();
    at = trail.at;
  });
  after(() => at?.stop());
  const verify = (checkpoints?: readonly string[]) => trail.verify(checkpoints);
  const head = () => trail.head();
  const sizeOf = () => trail.sizeOf();

  test('500 mutations by a superuser with the triggers off: each is found, and the first bad record named', async () => {
    const before = { index: await sizeOf() };
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
    assert.ok((await verify(outside)).ok, 'all was put back');
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
