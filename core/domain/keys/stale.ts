import { AssayError } from '@assay/sdk';
import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { WrappedKey } from '../../base/encryption/index.ts';
import { dataKeyContext } from '../artifacts/index.ts';
import { profileContext, reasonsContext } from '../datasets/index.ts';
import type { Deps } from '../deps.ts';
import { sealedPart } from '../jobs/index.ts';
import type { HeldCipher } from '../workspaces/index.ts';

/** Where to go on, and what came of a batch. */
export interface Batch {
  /** Id of the last row that was looked at; undefined where there was none. */
  readonly last?: string;
  readonly rewrapped: number;
  readonly failures: readonly { readonly kind: string; readonly id: string; readonly reason: string }[];
}

export interface StaleRows {
  /** What the rows are, for the report of a rotation. */
  readonly kind: 'artifact' | 'dataset' | 'job';
  rewrap(batch: Rewrapping): Promise<Batch>;
}

export interface Rewrapping {
  readonly deps: Pick<Deps, 'ciphers'>;
  readonly query: Query;
  readonly cipher: HeldCipher;
  readonly workspace: string;
  readonly version: number;
  readonly after: string;
  /** Most rows of the batch. */
  readonly rows: number;
}

/** Wraps every row anew; one that cannot be opened is reported and stays as it is. */
function rewrapEach<Row extends { readonly id: string }, Done>(
  kind: StaleRows['kind'],
  rows: readonly Row[],
  work: (row: Row) => Done,
): { batch: Batch; done: readonly { readonly id: string; readonly value: Done }[] } {
  const done: { id: string; value: Done }[] = [];
  const failures: { kind: string; id: string; reason: string }[] = [];
  for (const row of rows) {
    try {
      done.push({ id: row.id, value: work(row) });
    } catch (error) {
      if (!AssayError.is(error)) throw error;
      failures.push({ kind, id: row.id, reason: error.code });
    }
  }
  const last = rows.at(-1)?.id;
  return { batch: { ...(last ? { last } : {}), rewrapped: done.length, failures }, done };
}

/** A slot's cipher is made once a batch, not once a row. */
function slotCiphers({ deps, cipher }: Rewrapping) {
  const made = new Map<string | null, ReturnType<Deps['ciphers']['forSlot']>>();
  return (slot: string | null) => {
    const own = made.get(slot) ?? deps.ciphers.forSlot(cipher, slot);
    made.set(slot, own);
    return own;
  };
}

const artifacts: StaleRows = {
  kind: 'artifact',
  async rewrap(at) {
    const { rows } = await sql<{ id: string; wrapped_key: WrappedKey; key_slot: string | null }>`
      select id, wrapped_key, key_slot from assay.artifact
       where key_version = ${at.version} and id > ${at.after} order by id limit ${at.rows} for update`.execute(
      at.query,
    );
    const cipherFor = slotCiphers(at);
    const { batch, done } = rewrapEach('artifact', rows, ({ id, wrapped_key, key_slot }) => {
      const context = dataKeyContext(at.workspace, id);
      return JSON.stringify(cipherFor(key_slot).rewrapDataKey(wrapped_key, context) ?? wrapped_key);
    });
    await sql`update assay.artifact a set wrapped_key = u.value
                from unnest(${done.map(({ id }) => id)}::uuid[], ${done.map(({ value }) => value)}::jsonb[]) u (id, value)
               where a.id = u.id`.execute(at.query);
    return batch;
  },
};

interface DatasetRow {
  readonly id: string;
  readonly key_slot: string | null;
  readonly profile: Buffer | null;
  readonly reasons: Buffer | null;
}

const datasets: StaleRows = {
  kind: 'dataset',
  async rewrap(at) {
    const { rows } = await sql<DatasetRow>`
      select id, key_slot, profile, reasons from assay.dataset
       where key_version = ${at.version} and id > ${at.after} order by id limit ${at.rows} for update`.execute(
      at.query,
    );
    const cipherFor = slotCiphers(at);
    const { batch, done } = rewrapEach('dataset', rows, ({ id, key_slot, profile, reasons }) => {
      const cipher = cipherFor(key_slot);
      return {
        profile: profile && (cipher.resealPrefix(profileContext(id), profile) ?? profile),
        reasons: reasons && (cipher.resealPrefix(reasonsContext(id), reasons) ?? reasons),
      };
    });
    for (const { id, value } of done)
      await at.query.updateTable('assay.dataset').set(value).where('id', '=', id).execute();
    return batch;
  },
};

interface JobRow {
  readonly id: string;
  readonly request: Buffer;
  readonly progress: Buffer | null;
  readonly error: Buffer | null;
}

const jobs: StaleRows = {
  kind: 'job',
  async rewrap(at) {
    const { rows } = await sql<JobRow>`
      select id, request, progress, error from assay.job
       where key_version = ${at.version} and id > ${at.after} order by id limit ${at.rows} for update`.execute(
      at.query,
    );
    const { batch, done } = rewrapEach('job', rows, ({ id, request, progress, error }) => {
      const anew = (part: 'request' | 'progress' | 'error', sealed: Buffer) =>
        at.cipher.resealPrefix(sealedPart(part, id), sealed) ?? sealed;
      return {
        request: anew('request', request),
        progress: progress && anew('progress', progress),
        error: error && anew('error', error),
      };
    });
    const column = <K extends keyof JobRow & ('request' | 'progress' | 'error')>(name: K) =>
      done.map(({ value }) => value[name]);
    await sql`update assay.job j set request = u.request, progress = u.progress, error = u.error
                from unnest(${done.map(({ id }) => id)}::uuid[], ${column('request')}::bytea[],
                            ${column('progress')}::bytea[], ${column('error')}::bytea[]) u (id, request, progress, error)
               where j.id = u.id`.execute(at.query);
    return batch;
  },
};

/** Everything that is wrapped under a workspace's key. */
export const staleRows: readonly StaleRows[] = [artifacts, datasets, jobs];
