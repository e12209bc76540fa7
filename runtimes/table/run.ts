import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { mediaTypes, type Profile, type ResultDocument } from '@assay/sdk';
import { type Emit, type OneRun, ToolStop } from '../process/program.ts';
import { type ColumnPass, writeArrow } from './arrow.ts';
import { detectFormat, receiveUpload, type Upload } from './detect.ts';
import { type Engine, openEngine, translateDisk } from './engine.ts';
import { limits } from './limits.ts';
import { profileColumns } from './profile.ts';
import { readArrow } from './read-arrow.ts';
import { type Reading, readDelimited } from './read-csv.ts';
import { readJson } from './read-json.ts';
import { asParquet, readParquet } from './read-parquet.ts';
import type { Source, TypedColumn } from './source.ts';
import { refuse, shown } from './stops.ts';
import { writeParquet } from './store.ts';
import { decideTypes } from './types.ts';

interface Table {
  readonly source: Source;
  readonly typed: readonly TypedColumn[];
  readonly reading: Omit<Profile, 'rows' | 'columns' | 'notes'>;
}

/** The upload as a table with types, whatever form it came in. */
async function readTable(
  engine: Engine,
  upload: Upload,
  mediaType: string,
  scratch: string,
  notes: string[],
  emit: Emit,
): Promise<Table> {
  const format = await detectFormat(upload, mediaType);
  if (format === 'parquet') {
    const { source, typed } = await readParquet(engine, upload, notes);
    return { source, typed, reading: { format } };
  }
  if (format === 'arrow') {
    const { source, typed } = await readArrow(engine, upload, notes);
    return { source, typed, reading: { format } };
  }
  const reading: Reading =
    format === 'json'
      ? await readJson(engine, upload, scratch, notes)
      : await readDelimited(upload, mediaType, scratch, notes);
  await emit.progress('types', 0.3);
  const { source, encoding, delimiter } = reading;
  const typed = await decideTypes(engine, source, reading.firstRow, notes);
  return { source, typed, reading: { format, encoding, ...(delimiter ? { delimiter } : {}) } };
}

/** Notes on numbers that a reader should know of. */
function noteNumbers(columns: readonly TypedColumn[], passes: readonly ColumnPass[], notes: string[]): void {
  for (const [i, { name, type }] of columns.entries()) {
    const moments = passes[i]?.moments;
    if (type !== 'number' || !moments) continue;
    if (moments.infinite > 0)
      notes.push(
        `Column "${shown(name)}" has ${moments.infinite} infinite values; its statistics leave them out.`,
      );
    if (Math.max(Math.abs(moments.min), Math.abs(moments.max)) > 2 ** 53 && moments.n > 0)
      notes.push(
        `Column "${shown(name)}" has numbers beyond 2^53, of which only 15 to 17 digits are kept. If they are keys and not quantities, put letters into them.`,
      );
  }
}

function summarise(profile: Profile): string[] {
  const missing = profile.columns.reduce((sum, column) => sum + column.missing, 0);
  const count = (n: number, one: string) => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
  return [
    `The data set has ${count(profile.rows, 'row')} and ${count(profile.columns.length, 'column')}.`,
    missing === 0 ? 'No value is missing.' : `${count(missing, 'value')} missing.`,
  ];
}

function toResult(profile: Profile, version: string): ResultDocument {
  return {
    values: profile,
    summary: summarise(profile),
    method: {
      text: `The file was read with DuckDB ${version}; a column has the narrowest type that all its values have. Standard deviations are those of a sample (n - 1), quartiles are of type 7.`,
      reference: 'DuckDB',
      options: {},
    },
    assumptions: [],
    warnings: [],
    dropped: [],
    nonfinite: [],
    tables: [],
    figures: [],
    artifacts: [
      { name: 'parquet', title: 'The table as Parquet', blob: 'parquet' },
      { name: 'arrow', title: 'The table as an Arrow stream', blob: 'arrow' },
    ],
  };
}

async function emitFile(emit: Emit, id: string, media: string, file: string): Promise<void> {
  const { size } = await stat(file);
  const body = createReadStream(file, { highWaterMark: 1024 * 1024 });
  await emit.blob({ id, role: 'artifact', media, bytes: size, body });
}

async function takeUpload(run: OneRun): Promise<{ upload: Upload; mediaType: string }> {
  let upload: Upload | undefined;
  for await (const { slot, body } of run.inputs)
    if (slot === 'data') upload = await receiveUpload(body, path.join(run.scratch, 'upload'));
  const input = run.job.inputs.find((each) => each.slot === 'data');
  if (!upload || !input)
    throw new ToolStop({ class: 'input', code: 'NO_INPUT', message: 'There is no input "data".' });
  if (upload.bytes === 0)
    throw refuse('EMPTY_FILE', 'The file is empty.', {}, 'Send a file with a header and rows of data.');
  return { upload, mediaType: input.mediaType ?? 'application/octet-stream' };
}

interface Made {
  readonly profile: Profile;
  readonly parquet: string;
  readonly arrow: string;
}

async function makeTable(engine: Engine, run: OneRun, upload: Upload, mediaType: string): Promise<Made> {
  const { emit, scratch } = run;
  const notes: string[] = [];
  const { source, typed, reading } = await readTable(engine, upload, mediaType, scratch, notes, emit);
  await emit.progress('parquet', 0.45);
  const parquet = path.join(scratch, 'table.parquet');
  const write = () => writeParquet(engine, source, typed, parquet, notes);
  const stored = await (reading.format === 'parquet' ? asParquet(write) : write());
  await emit.progress('arrow', 0.6);
  const arrow = path.join(scratch, 'table.arrows');
  const { rows, passes } = await writeArrow(engine, stored, typed, arrow);
  // Two readers have counted: what one skipped without a word must not pass.
  if (rows !== source.rows)
    throw new Error(`the file has ${source.rows} rows, but ${rows} of them were read`);
  await emit.progress('profile', 0.75);
  noteNumbers(typed, passes, notes);
  const columns = await profileColumns(engine, stored, typed, passes, source.rows, notes);
  const more = notes.length - limits.notes;
  const kept =
    more > 0 ? [...notes.slice(0, limits.notes), `There are ${more} more notes like these.`] : notes;
  return { profile: { rows: source.rows, columns, ...reading, notes: kept }, parquet, arrow };
}

async function readAndAnswer(run: OneRun, version: string): Promise<void> {
  const { emit, scratch, job } = run;
  const { upload, mediaType } = await takeUpload(run);
  await emit.progress('check', 0.1);
  const engine = await openEngine(scratch, Math.max(256, job.limits.memoryMb * 0.6));
  try {
    const { profile, parquet, arrow } = await makeTable(engine, run, upload, mediaType);
    await emit.progress('store', 0.9);
    await emitFile(emit, 'parquet', mediaTypes.parquet, parquet);
    await emitFile(emit, 'arrow', mediaTypes.arrow, arrow);
    await emit.result(toResult(profile, version));
  } finally {
    engine.close();
  }
}

/**
 * Reads the upload of one run, and answers with its profile and the table as Parquet and Arrow.
 * @throws ToolStop where the file is refused, or memory or disk do not suffice
 */
export async function profileUpload(run: OneRun, version: string): Promise<void> {
  try {
    await readAndAnswer(run, version);
  } catch (error) {
    throw translateDisk(error);
  }
}
