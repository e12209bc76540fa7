import { AssayError } from '@assay/sdk';
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { gather } from './gather.ts';

/** The caller's open kysely transaction. */
type Query = Parameters<typeof fromKysely>[0];

/** `job` carries jobs to workers, `dataset` says that one was received. Messages hold ids and nothing else. */
const queueNames = ['job', 'dataset'] as const;
export type QueueName = (typeof queueNames)[number];

export interface Message {
  readonly workspace: string;
  readonly id: string;
}

/** A message that was fetched and must be settled. */
export interface Delivery extends Message {
  /** As it was sent. */
  readonly place: number;
  settle(): Promise<void>;
}

/** Delivery, at least once. What is true of a job stands in our own rows, never here. */
export interface Queue {
  /**
   * Sends inside the caller's transaction: rolled back with it. The smallest `place` is fetched first, of the same ones
   * the oldest message; from 0 to 2,147,483,647.
   * @returns id of what was sent, for `placing`
   */
  send(query: Query, name: QueueName, message: Message, place: number): Promise<string>;
  /**
   * A statement that gives what this transaction sent another place, to stand as a WITH in a larger one.
   * @param from a table expression with the column `place`; without a row nothing is changed
   */
  placing(name: QueueName, sent: string, from: RawBuilder<unknown>): RawBuilder<unknown>;
  /**
   * A statement that gives messages that wait other places.
   * @param from a table expression with the columns `subject` (a uuid) and `place`
   */
  replacing(name: QueueName, from: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Takes at most `limit` messages, in the order of their places. */
  fetch(name: QueueName, limit: number): Promise<Delivery[]>;
  /**
   * True while a message of this subject waits, or was taken a moment ago. One that was taken longer ago says nothing:
   * whoever took it may have died before it did anything.
   */
  holds(name: QueueName, id: string): Promise<boolean>;
  close(): Promise<void>;
}

const schema = 'queue';
/** From taking a message to acting on it are milliseconds. */
const freshSeconds = 15;

export interface QueueOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Housekeeping (expiry, retention): only in the worker. */
  readonly supervise: boolean;
  readonly onError: (error: Error) => void;
}

/** Makes the queue's tables as the owner and lets api and worker use them. */
export async function prepareQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema, max: 2, supervise: false, schedule: false });
  const failed = new Promise<never>((_, reject) => boss.on('error', reject));
  await Promise.race([boss.start(), failed]);
  try {
    for (const name of queueNames) {
      if (!(await boss.getQueue(name)))
        await boss.createQueue(name, {
          retryLimit: 0,
          expireInSeconds: 24 * 3600 - 1,
          retentionSeconds: 365 * 86_400,
          deleteAfterSeconds: 3600,
        });
    }
    await boss.getDb().executeSql(
      `grant usage on schema ${schema} to assay_api, assay_worker;
       grant select, insert, update, delete on all tables in schema ${schema} to assay_api, assay_worker;
       grant usage on all sequences in schema ${schema} to assay_api, assay_worker;`,
    );
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Moves every message that waits so many places ahead. Needs the owner's query. */
export async function movePlaces(query: QueryExecutorProvider, by: number): Promise<void> {
  await sql`
    update ${sql.table(`${schema}.job`)} set priority = least(priority + ${by}::integer, 0)
     where name = any(${[...queueNames]}) and state < 'active'`.execute(query);
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: options.url,
    schema,
    max: options.poolSize,
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: options.supervise,
    reindex: false,
    application_name: 'assay queue',
  });
  boss.on('error', options.onError);
  await boss.start();
  const settlers = {
    job: gather<string>((ids) => boss.complete('job', [...ids])),
    dataset: gather<string>((ids) => boss.complete('dataset', [...ids])),
  };
  return {
    async send(query, name, message, place) {
      const id = await boss.send(name, message, {
        db: fromKysely(query),
        singletonKey: message.id,
        // What pg-boss fetches first has the largest priority.
        priority: -place,
      });
      if (!id) throw new AssayError('internal.unexpected', `the queue "${name}" did not take a message`);
      return id;
    },
    placing: (name, sent, from) => sql`
      update ${sql.table(`${schema}.job`)} message set priority = -given.place
        from ${from} given where message.name = ${name} and message.id = ${sent}::uuid`,
    replacing: (name, from) => sql`
      update ${sql.table(`${schema}.job`)} message set priority = -given.place
        from ${from} given where message.name = ${name} and message.singleton_key = given.subject::text
         and message.state < 'active'`,
    async fetch(name, limit) {
      const jobs = await boss.fetch<Message>(name, { batchSize: limit, includeMetadata: true });
      // What one fetch takes comes in no order.
      const inOrder = jobs.sort(
        (a, b) => b.priority - a.priority || Number(a.createdOn) - Number(b.createdOn),
      );
      return inOrder.map((job) => ({
        ...job.data,
        place: -job.priority,
        settle: () => settlers[name](job.id),
      }));
    },
    async holds(name, id) {
      const { rows } = await boss.getDb().executeSql(
        `select 1 from ${schema}.job where name = $1 and singleton_key = $2
              and (state < 'active' or (state = 'active' and started_on > now() - $3::interval)) limit 1`,
        [name, id, `${freshSeconds} seconds`],
      );
      return rows.length > 0;
    },
    close: () => boss.stop({ graceful: false }),
  };
}
