import { randomUUID } from 'node:crypto';
import { collect, type DataSchema, type ErrorLine } from '@assay/sdk';
import { type OneRun, serveOneRun, ToolStop } from '../process/program.ts';
import { NulInText, type RawColumn, toRawColumns } from './columns.ts';
import { startEngine } from './engine.ts';
import { toRLiteral } from './literal.ts';

const folder = '/job';
const engine = await startEngine();

function takeApart(schema: DataSchema, arrow: Uint8Array): ReturnType<typeof toRawColumns> {
  try {
    return toRawColumns(arrow, schema);
  } catch (error) {
    if (!(error instanceof NulInText)) throw error;
    throw new ToolStop({
      class: 'data',
      code: 'NUL_IN_TEXT',
      message: error.message,
      where: { column: error.column },
      hint: 'take the character out of the file and send it again',
    });
  }
}

interface TakenInput {
  readonly slot: string;
  readonly rows: number;
  readonly columns: readonly RawColumn[];
  readonly schema: DataSchema;
}

/**
 * The data of the run, each input as one file for R, and what its columns are for it to read them by. All of them are read to
 * their end, so that the runner's going away is noticed while R computes.
 */
async function takeInputs(run: OneRun): Promise<TakenInput[]> {
  const taken: TakenInput[] = [];
  for await (const { slot, body } of run.inputs) {
    const input = run.job.inputs.find((i) => i.slot === slot);
    if (!input?.schema)
      throw new ToolStop({ class: 'internal', code: 'NO_SCHEMA', message: 'the data came without a schema' });
    const { schema } = input;
    const { rows, columns } = takeApart(schema, await collect(body));
    await engine.write(`${folder}/${slot}.bin`, ...columns.flatMap((c) => c.parts));
    taken.push({ slot, rows, columns, schema });
  }
  if (taken.length === 0)
    throw new ToolStop({ class: 'internal', code: 'NO_INPUT', message: 'no data came' });
  return taken;
}

async function handle(run: OneRun): Promise<void> {
  const { job, code, emit } = run;
  await engine.makeFolder(folder);
  await engine.makeFolder(`${folder}/code`);
  const inputs = await takeInputs(run);
  for (const [name, bytes] of code) await engine.write(`${folder}/code/${name}`, bytes);
  const handed = {
    job: { tool: job.tool, seed: job.seed, program: job.program, params: job.params },
    inputs: inputs.map(({ slot, rows, columns, schema }) => ({
      ...{ slot, rows, schema: schema.columns },
      columns: columns.map(({ name, type, texts }) => ({ name, type, texts })),
    })),
  };
  await engine.write(`${folder}/job.R`, Buffer.from(toRLiteral(handed)));

  const marker = `\u0002${randomUUID()}`;
  let answered = false;
  await engine.evaluate(
    `bridge$run(${JSON.stringify(folder)}, ${JSON.stringify(marker)})`,
    async (line, stream) => {
      if (stream !== 'stdout' || !line.startsWith(marker)) {
        process.stderr.write(`${line}\n`);
        return;
      }
      const said = JSON.parse(line.slice(marker.length)) as {
        t: string;
        id: string;
        role: 'table';
        media: string;
      };
      if (said.t === 'blob') {
        const bytes = await engine.read(`${folder}/${said.id}`);
        await emit.blob({
          id: said.id,
          role: said.role,
          media: said.media,
          bytes: bytes.length,
          body: one(bytes),
        });
      } else if (said.t === 'result') {
        answered = true;
        await emit.result(await engine.read(`${folder}/result`));
      } else if (said.t === 'error') {
        const { t: _, ...refusal } = said as unknown as ErrorLine;
        throw new ToolStop(refusal);
      } else await emit.line(said);
    },
  );
  if (!answered)
    throw new ToolStop({ class: 'internal', code: 'NO_RESULT', message: 'the tool gave no result' });
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

await serveOneRun({ runtime: `R ${engine.version} (webR)`, libs: {}, handle });
