import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { formatSyslog, openSyslogSender, type SyslogSender } from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';
import { logOrigin } from './origin.ts';

/** A place outside the database that signed heads are told to: whoever rewrites the database does not have it. */
export interface Anchor {
  readonly name: string;
  /** Ends when the place has it; told again after an error, so the place may hear the same twice. */
  tell(head: { readonly size: number; readonly note: string }): Promise<void>;
  close(): Promise<void>;
}

/** A file to which one line of JSON is appended for each head: `{"checkpoint": "<signed note>"}`. */
export function fileAnchor(file: string): Anchor {
  return {
    name: `file:${hostname()}:${file}`,
    async tell({ note }) {
      const handle = await open(file, 'a', 0o640);
      try {
        await handle.write(`${JSON.stringify({ checkpoint: note })}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    close: async () => undefined,
  };
}

export interface SyslogOptions {
  readonly host: string;
  readonly port: number;
  /** Certificates (PEM) that the server is checked against. */
  readonly ca: string;
}

/** Log audit, notice. */
const priority = { facility: 13, severity: 5 };
const patienceMs = 10_000;

export function syslogAnchor({ keys }: Pick<Deps, 'keys'>, options: SyslogOptions): Anchor {
  let sender: SyslogSender | undefined;
  return {
    name: `syslog:${options.host}:${options.port}`,
    async tell({ size, note }) {
      sender ??= openSyslogSender({ ...options, timeoutMs: patienceMs });
      await sender.send(
        formatSyslog({
          ...priority,
          at: new Date(),
          hostname: hostname(),
          appName: 'assay',
          procId: String(process.pid),
          msgId: 'checkpoint',
          data: { id: 'assay@32473', params: { origin: logOrigin(keys), size: String(size), note } },
          message: `signed head of the audit trail, ${size} records`,
        }),
      );
    },
    close: async () => sender?.close(),
  };
}

/** Tells each place every head that it has not heard, in order; how far each is stands in a row. */
export async function tellAnchors(
  { database }: Pick<Deps, 'database'>,
  anchors: readonly Anchor[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const anchor of anchors) {
    try {
      await tellOne(database, anchor);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'a signed head of the audit trail could not be told everywhere');
}

async function tellOne(database: Deps['database'], anchor: Anchor): Promise<void> {
  const heads = await database.withoutWorkspace(async (query) => {
    const told = await query
      .selectFrom('assay.audit_anchor')
      .select('size')
      .where('sink', '=', anchor.name)
      .executeTakeFirst();
    return query
      .selectFrom('assay.audit_checkpoint')
      .selectAll()
      .where('size', '>', told?.size ?? '0')
      .orderBy('size')
      .limit(100)
      .execute();
  });
  for (const { size, note } of heads) {
    await anchor.tell({ size: Number(size), note });
    await database.withoutWorkspace((query) =>
      query
        .insertInto('assay.audit_anchor')
        .values({ sink: anchor.name, size: Number(size) })
        .onConflict((conflict) => conflict.column('sink').doUpdateSet({ size: Number(size) }))
        .execute(),
    );
  }
}
