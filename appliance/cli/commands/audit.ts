import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { exportLines, verifyExport } from '@assay/core/transparency';
import type { Command } from 'commander';
import { exitCodes, RefusedError, UsageError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

/** The appliance itself; the same in every installation. */
const system = '00000000-0000-4000-8000-000000000000';

async function list({ client, signal, terminal }: Session, { limit }: { limit: string }): Promise<Outcome> {
  const { items } = await client.listAuditRecords({ limit: Number(limit), signal });
  const rows = items.map((r) => [
    r.seq,
    r.at,
    r.person?.name ?? (r.principal === system ? 'system' : r.principal.slice(0, 8)),
    r.action,
    `${r.subject.kind} ${r.subject.id.slice(0, 8)}`,
    r.outcome,
    r.fault ?? r.reason,
  ]);
  const heading = ['record', 'when', 'who', 'what', 'of what', 'outcome', 'why'];
  return { text: renderTable(heading, rows, terminal), data: items };
}

async function save({ client, signal }: Session, output: string | undefined): Promise<Outcome> {
  const file = path.resolve(output ?? 'audit.ndjson');
  const stream = Readable.fromWeb((await client.exportAudit({ signal })) as never);
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new RefusedError(`${file} exists. Give another name with --output.`);
  }
  let bytes = 0;
  try {
    for await (const chunk of stream) bytes += (await handle.write(chunk)).bytesWritten;
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { text: `Saved as ${file}`, data: { file, bytes } };
}

interface VerifyOptions {
  readonly logKey?: string;
  readonly leafKey?: string;
  readonly checkpoint?: readonly string[];
}

async function linesOf({ client, signal }: Session, file: string | undefined) {
  const input = file
    ? createReadStream(file)
    : Readable.fromWeb((await client.exportAudit({ signal })) as never);
  return exportLines(input);
}

/** Heads in a file: one line of JSON for each, as the appliance appends them, or one signed note alone. */
async function readCheckpoints(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return texts.flatMap((text) =>
    text.startsWith('{')
      ? text
          .split('\n')
          .filter((line) => line.length > 0)
          .map((line) => String(JSON.parse(line).checkpoint))
      : [text],
  );
}

async function verify(session: Session, file: string | undefined, options: VerifyOptions): Promise<Outcome> {
  const { client, signal } = session;
  const { logKey, leafKey } = options;
  if ((logKey === undefined) !== (leafKey === undefined))
    throw new UsageError('Give both --log-key and --leaf-key, or neither.');
  const own = logKey !== undefined && leafKey !== undefined;
  const keys = own ? { logKey, leafKey } : await client.getLogKeys({ signal });
  const checkpoints = await readCheckpoints(options.checkpoint ?? []);
  const verdict = await verifyExport(await linesOf(session, file), { ...keys, checkpoints });
  const trust = own ? '' : '\nThe keys came from the server itself: compare them with those that you keep.';
  const text = verdict.ok
    ? `ok: ${verdict.size} records, all of workspace ${verdict.reader} shown, root ${verdict.root.toString(
        'base64',
      )}${checkpoints.length > 0 ? `, consistent with ${checkpoints.length} heads kept outside` : ''}${trust}`
    : `bad: record ${verdict.index}: ${verdict.reason}${trust}`;
  const data = verdict.ok ? { ok: true, size: verdict.size, root: verdict.root.toString('base64') } : verdict;
  return { text, data, ...(verdict.ok ? {} : { code: exitCodes.unsound }) };
}

async function prove({ client, signal }: Session, record: string): Promise<Outcome> {
  if (!/^[1-9][0-9]{0,14}$/.test(record))
    throw new UsageError(`"${record}" is no number of a record; "assay audit list" shows them.`);
  const proof = await client.proveAuditRecord(Number(record), { signal });
  return { text: proof.proof.trimEnd(), data: proof };
}

async function keys({ client, signal }: Session): Promise<Outcome> {
  const found = await client.getLogKeys({ signal });
  return { text: `log   ${found.logKey}\nleaf  ${found.leafKey}`, data: found };
}

export function addAuditCommands(program: Command, run: Runner): void {
  const audit = program.command('audit').description('the record of what was done, and its proof');
  audit
    .command('list')
    .description('newest first')
    .option('--limit <count>', 'most records, to 500', '50')
    .action(run((session, options: { limit: string }) => list(session, options)));
  audit
    .command('export')
    .description('save everything up to the newest signed head, for a verifier')
    .option('-o, --output <file>', 'where to; audit.ndjson in this folder without it')
    .action(run((session, options: { output?: string }) => save(session, options.output)));
  audit
    .command('verify')
    .description('check every record, the tree and its signed head; names the first bad record')
    .argument('[file]', 'an export; what the server has now without it')
    .option('--log-key <key>', 'public key of the signed heads that you keep ("assay audit keys")')
    .option('--leaf-key <key>', 'public key of the leaves that you keep')
    .option('--checkpoint <file...>', 'signed heads that were kept outside')
    .action(
      run((session, file: string | undefined, options: VerifyOptions) => verify(session, file, options)),
    );
  audit
    .command('prove')
    .description('proof that one record is in the signed tree')
    .argument('<record>', 'number of the record')
    .action(run((session, record: string) => prove(session, record)));
  audit
    .command('keys')
    .description('the public keys by which it is verified; keep them where the server is not')
    .action(run((session) => keys(session)));
}
