import { randomUUID } from 'node:crypto';
import { recordAudit, sequenceRecords } from '../../core/domain/audit/index.ts';
import { createRewrapper, rotateKey } from '../../core/domain/keys/index.ts';
import { type Installation, startInstallation } from '../../core/testing/installation.ts';
import { type Comparison, compare } from './measure.ts';

const keys = 100_000;
const records = 5000;
const atOnce = 8;

/** Rows of artifacts with real wrapped keys; no objects, since a rotation touches none. */
async function fill(at: Installation): Promise<void> {
  const cipher = await at.api.database.withWorkspace(at.workspace, (query) =>
    at.api.ciphers.of(query, at.workspace),
  );
  for (let done = 0; done < keys; done += 5000) {
    const ids = Array.from({ length: 5000 }, () => randomUUID());
    const wrapped = ids.map((id) => {
      const { wrapped: record } = cipher.newDataKey({
        purpose: 'artifact',
        workspace: at.workspace,
        object: id,
      });
      return JSON.stringify(record);
    });
    await at.owner.query(
      `insert into assay.artifact (workspace_id, id, kind, media_type, bytes, digest, wrapped_key)
       select $1, u.id, 'bench', 'text/plain', 1, 'sha256:', u.wrapped from unnest($2::uuid[], $3::jsonb[]) u (id, wrapped)`,
      [at.workspace, ids, wrapped],
    );
  }
}

async function rotation(at: Installation): Promise<Comparison> {
  await fill(at);
  const rewrap = createRewrapper(at.worker, { stop: new AbortController().signal, batchRows: 500 });
  return compare(
    `rotation of ${keys} keys (one UPDATE of the same rows)`,
    async () => {
      await rotateKey(at.api, at.context(), { key: 'workspace' });
      await rewrap();
    },
    () => at.owner.query("update assay.artifact set wrapped_key = wrapped_key || '{}'"),
    { runs: 3, warm: 0 },
  );
}

/** Each record in a transaction of its own, eight writers: with MAC and tree against a bare row in a table beside it. */
async function appends(at: Installation): Promise<Comparison> {
  await at.owner.query(`
    create table assay.bare_record as select * from assay.audit_record limit 0;
    alter table assay.bare_record add column number bigserial primary key;
    grant select, insert on assay.bare_record to assay_api;
    grant usage on sequence assay.bare_record_number_seq to assay_api`);
  const subject = { kind: 'bench', id: randomUUID() };
  const write = async (one: () => Promise<unknown>) => {
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let i = 0; i < records / atOnce; i += 1) await one();
      }),
    );
  };
  const context = at.context();
  const within = at.api.database.withWorkspace;
  const row = await compare(
    `audit records a second, ${atOnce} writers, sealed, with MAC and tree (the bare row)`,
    async () => {
      await write(() =>
        within(at.workspace, (query) =>
          recordAudit(at.api, query, context, { action: 'bench.act', subject, outcome: 'succeeded' }),
        ),
      );
      let more = true;
      while (more) ({ more } = await sequenceRecords(at.worker, { checkpointMs: 60_000 }));
    },
    () =>
      write(() =>
        within(at.workspace, (query) =>
          query
            .insertInto('assay.bare_record' as 'assay.audit_record')
            .values({
              workspace_id: at.workspace,
              at: new Date(),
              principal_id: context.principal.id,
              action: 'bench.act',
              subject_kind: subject.kind,
              subject_id: subject.id,
              outcome: 'succeeded',
              request_id: context.requestId,
              detail: '{}',
              mac: Buffer.alloc(32),
            })
            .execute(),
        ),
      ),
    { runs: 3, warm: 1 },
  );
  const [ours, floor] = [records / (row.ours / 1000), records / (row.floor / 1000)];
  return { ...row, ours, floor, ratio: ours / floor, unit: '/s' };
}

export async function recordRows(): Promise<Comparison[]> {
  const at = await startInstallation();
  try {
    return [await appends(at), await rotation(at)];
  } finally {
    await at.stop();
  }
}
