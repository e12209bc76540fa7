import type { Dataset } from '@assay/client';
import type { Command } from 'commander';
import { renderErasure } from '../erasure.ts';
import { RefusedError } from '../exit.ts';
import { findId, listNewest } from '../find.ts';
import { renderIssues } from '../problem.ts';
import { showBytes } from '../progress.ts';
import type { Outcome, Session } from '../session.ts';
import { renderFacts, renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type UploadChoice, uploadFile } from '../upload.ts';
import type { Runner } from './runner.ts';

function renderColumns({ profile }: Dataset, terminal: Terminal): string[] {
  if (!profile) return [];
  const rows = profile.columns.map((c) => [
    c.name,
    c.type,
    c.role,
    c.missing,
    c.distinct,
    c.min,
    c.median,
    c.max,
  ]);
  return [
    '',
    renderTable(['column', 'type', 'role', 'missing', 'distinct', 'min', 'median', 'max'], rows, terminal),
  ];
}

function renderDataset(dataset: Dataset, terminal: Terminal): string {
  const { profile } = dataset;
  const facts = renderFacts([
    ['data set', dataset.id],
    ['name', dataset.name],
    ['state', dataset.state],
    ['size', showBytes(dataset.bytes)],
    ['rows', profile?.rows],
    ['columns', profile?.columns.length],
    ['received', dataset.receivedAt],
    ['digest', dataset.digest],
  ]);
  const notes = (profile?.notes ?? []).map((note) => `  - ${note}`);
  return [facts, ...notes, ...renderIssues(dataset.reasons ?? []), ...renderColumns(dataset, terminal)].join(
    '\n',
  );
}

async function add(session: Session, file: string, options: UploadChoice): Promise<Outcome> {
  const dataset = await uploadFile(session, file, options);
  return { text: renderDataset(dataset, session.terminal), data: dataset };
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await listNewest((page) => client.listDatasets({ ...page, signal }));
  const rows = items.map((d) => [d.id.slice(0, 8), d.name, d.state, showBytes(d.bytes), d.receivedAt]);
  const text =
    rows.length > 0
      ? renderTable(['id', 'name', 'state', 'size', 'received'], rows, terminal)
      : 'No data sets yet; "assay dataset add FILE" makes one.';
  return { text, data: items };
}

async function show({ client, signal, terminal }: Session, reference: string): Promise<Outcome> {
  const id = await findId('data set', reference, (page) => client.listDatasets({ ...page, signal }));
  const dataset = await client.getDataset(id, { signal });
  return { text: renderDataset(dataset, terminal), data: dataset };
}

async function lineage({ client, signal, terminal }: Session, reference: string): Promise<Outcome> {
  const id = await findId('data set', reference, (page) => client.listDatasets({ ...page, signal }));
  const found = await client.getLineage(id, { signal });
  const steps = [
    ...found.ancestors.toReversed().map((step) => ['made of', step] as const),
    ['this', found] as const,
    ...found.descendants.map((step) => ['became', step] as const),
  ];
  const rows = steps.map(([how, { id: each, name, state, madeBy }]) => [
    ...[how, each.slice(0, 8), name, state],
    madeBy?.tool ?? 'uploaded',
    madeBy?.from.map((parent) => parent.slice(0, 8)).join(', ') ?? '',
  ]);
  return { text: renderTable(['', 'id', 'name', 'state', 'by', 'from'], rows, terminal), data: found };
}

interface EraseOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

async function erase(session: Session, reference: string, { reason, yes }: EraseOptions): Promise<Outcome> {
  const { client, signal } = session;
  const id = await findId('data set', reference, (page) => client.listDatasets({ ...page, signal }));
  if (!yes) {
    const { name, bytes } = await client.getDataset(id, { signal });
    const { descendants } = await client.getLineage(id, { signal });
    const left = descendants.filter(({ state }) => state !== 'erased').map((each) => each.name);
    const also = left.length > 0 ? ` What was made of it stays too: ${left.join(', ')}.` : '';
    throw new RefusedError(
      `This would destroy "${name}" (${showBytes(bytes)}, ${id}) for good; reports made from it stay.${also} Add --yes.`,
    );
  }
  const erasure = await client.erase({ kind: 'dataset', id }, reason, { signal });
  return { text: renderErasure(erasure), data: erasure };
}

export function addDatasetCommands(program: Command, run: Runner): void {
  const dataset = program.command('dataset').description('data sets of the workspace');
  dataset
    .command('add')
    .description('upload a file and wait until it was read')
    .argument('<file>', 'CSV, TSV, JSON, NDJSON, Parquet or an Arrow stream')
    .option('--name <name>', 'name for people; the name of the file without it')
    .option('--media-type <type>', 'media type, where the ending of the name does not say it')
    .action(run((session, file: string, options: UploadChoice) => add(session, file, options)));
  dataset
    .command('list')
    .description('newest first')
    .action(run((session) => list(session)));
  dataset
    .command('show')
    .description('state, profile and columns of one data set')
    .argument('<data>', 'id, beginning of an id, or name')
    .action(run((session, reference: string) => show(session, reference)));
  dataset
    .command('lineage')
    .description('what a data set was made of, and what was made of it')
    .argument('<data>', 'id, beginning of an id, or name')
    .action(run((session, reference: string) => lineage(session, reference)));
  dataset
    .command('erase')
    .description('destroy the key of a data set, for good')
    .argument('<data>', 'id, beginning of an id, or name')
    .requiredOption('--reason <text>', 'why, for the record; name no person')
    .option('--yes', 'do it; without it, it is only said what would be destroyed')
    .action(run((session, reference: string, options: EraseOptions) => erase(session, reference, options)));
}
