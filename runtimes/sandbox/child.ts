import { collect, type DataSchema, type ErrorLine, mediaTypes } from '@assay/sdk';
import { type OneRun, serveOneRun, ToolStop } from '../process/program.ts';
import { shareColumns, toArrow } from './columns.ts';
import { type Answer, type Handed, IsolateStop, runIsolated } from './isolate.ts';

const tooMuch: Omit<ErrorLine, 't'> = {
  class: 'resource',
  code: 'OOM',
  message: 'The transform used more memory than it may.',
};

function broken(code: string, message: string): ToolStop {
  return new ToolStop({ class: 'internal', code, message });
}

async function takeData(run: OneRun): Promise<Handed> {
  let data: Handed | undefined;
  for await (const { slot, body } of run.inputs) {
    const input = run.job.inputs.find((each) => each.slot === slot);
    if (!input?.schema) throw broken('NO_SCHEMA', 'the data came without a schema');
    const schema: DataSchema = input.schema;
    data = { name: input.name ?? '', rows: schema.rows, columns: shareColumns(await collect(body), schema) };
  }
  if (!data) throw broken('NO_INPUT', 'no data came');
  return data;
}

/** A tool's own refusal as it wrote it; the runner holds it against the protocol. */
function toStop(stop: IsolateStop): ToolStop {
  if (stop.why === 'refused') return new ToolStop(JSON.parse(stop.message) as Omit<ErrorLine, 't'>);
  if (stop.why === 'memory') return new ToolStop(tooMuch);
  return broken('CRASH', stop.message);
}

interface Named {
  readonly name: string;
  readonly title: string;
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** The result as the protocol has it: what is large comes as blobs beside the document. */
async function say({ emit }: OneRun, { document, datasets }: Answer): Promise<void> {
  const {
    tables = [],
    datasets: named = [],
    ...rest
  } = JSON.parse(document) as {
    tables?: readonly (Named & { readonly table: unknown })[];
    datasets?: readonly Named[];
  };
  for (const { name, table } of tables) {
    const bytes = Buffer.from(JSON.stringify(table ?? null));
    await emit.blob({
      id: name,
      role: 'table',
      media: mediaTypes.table,
      bytes: bytes.length,
      body: one(bytes),
    });
  }
  for (const [i, { columns }] of datasets.entries()) {
    const bytes = toArrow(columns);
    const id = String(named[i]?.name);
    await emit.blob({ id, role: 'dataset', media: mediaTypes.arrow, bytes: bytes.length, body: one(bytes) });
  }
  const toReference = ({ name, title }: Named) => ({ name, title, blob: name });
  const whole = {
    ...{ assumptions: [], warnings: [], dropped: [], nonfinite: [], figures: [], artifacts: [] },
    ...rest,
    tables: tables.map(toReference),
    ...(named.length > 0 ? { datasets: named.map(toReference) } : {}),
  };
  await emit.result(Buffer.from(JSON.stringify(whole)));
}

async function handle(run: OneRun): Promise<void> {
  const { job, code, emit } = run;
  const data = await takeData(run);
  await emit.line({ t: 'begun' });
  const onCatastrophe = () => {
    // V8 has given up on the isolate: its promise never settles, and nothing here is to be trusted any longer.
    const leave = () => process.exit(0);
    emit.line({ t: 'error', ...tooMuch }).then(leave, leave);
  };
  const handed = {
    code,
    program: job.program,
    data,
    params: job.params,
    seed: job.seed,
    memoryMb: job.limits.memoryMb,
  };
  let answer: Answer;
  try {
    answer = await runIsolated({ ...handed, onCatastrophe });
  } catch (error) {
    throw error instanceof IsolateStop ? toStop(error) : error;
  }
  await say(run, answer);
}

await serveOneRun({ runtime: `V8 ${process.versions.v8}`, libs: {}, handle });
