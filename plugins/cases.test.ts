import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  type Case,
  type CaseOutcome,
  type Column,
  checkCase,
  checkColumns,
  checkFigure,
  collect,
  digestDirectory,
  digestResult,
  type JobDocument,
  type JobInput,
  mediaTypes,
  type NamedDigest,
  type Profile,
  ResultDocument,
  type Runtime,
  sha256,
  Table,
  writeFrame,
} from '@assay/sdk';
import { createValidator } from '../core/base/validation/index.ts';
import { type LoadedTool, loadPlugins } from '../core/domain/plugins/index.ts';
import { containerRuntime } from '../runtimes/container/index.ts';
import { drawFigure } from '../runtimes/render/svg.ts';
import { sandboxRuntime } from '../runtimes/sandbox/index.ts';
import { tableRuntime } from '../runtimes/table/index.ts';
import { wasmRuntime } from '../runtimes/wasm/index.ts';
import { testEngine } from '../test/engine.ts';
import { need } from '../test/needs.ts';

/**
 * Every golden case of every shipped tool, by the road of a job: the manifest is loaded, the table runtime reads the
 * CSV, parameters and columns are held against the manifest, the tool runs in its runtime, and what it says is held
 * against the contract, the output schema of the manifest, and the case. Run again, it says the same.
 */
const root = import.meta.dirname;
const validator = createValidator();
const checkResult = validator.compile(ResultDocument);
const checkTable = validator.compile(Table);

const names = (await readdir(root, { withFileTypes: true }))
  .filter((e) => e.isDirectory())
  .map((e) => e.name);
const sources = await Promise.all(
  names.map(async (name) => {
    const directory = path.join(root, name);
    return { name, directory, admitted: await digestDirectory(directory), trust: 'shipped' as const };
  }),
);
const { plugins } = await loadPlugins(validator, sources);
/** Built-in programs of a runtime are tested there. */
const tools = plugins
  .flatMap((plugin) => plugin.tools)
  .filter((tool) => /\.(R|py|ts)$/.test(tool.manifest.program));

let scratch: string;
let table: Runtime;
const runtimes = new Map<string, Runtime>();
/** The same without anything started ahead. */
const cold = new Map<string, Runtime>();
/** The same images under gVisor. */
const gvisor = new Map<string, Runtime>();
/** A runtime of each kind that tools name, where this machine has it. */
const hasEngine = need('docker').skip === false;
const isFull = process.env.ASSAY_TEST_FULL === 'true';
const images: Readonly<Record<string, string>> = { R: 'r-stats', py: 'py-core' };
const nameOf = (kind: string, program: string) =>
  kind === 'container' ? `container/${images[program.split('.').at(-1) ?? '']}` : kind;
before(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'assay-cases-'));
  table = tableRuntime({ prestart: 1, isolation: 'auto', scratchRoot: scratch });
  runtimes.set('wasm', wasmRuntime({ prestart: 2, isolation: 'auto' }));
  cold.set('wasm', wasmRuntime({ prestart: 0, isolation: 'auto' }));
  runtimes.set('sandbox', sandboxRuntime({ prestart: 2, isolation: 'auto' }));
  cold.set('sandbox', sandboxRuntime({ prestart: 0, isolation: 'auto' }));
  if (!hasEngine) return;
  const { socketPath, images: built } = await testEngine();
  for (const image of built) {
    const name = `container/${image.name}`;
    runtimes.set(name, containerRuntime({ image, socketPath, owner: 'cases', prestart: 2 }));
    cold.set(name, containerRuntime({ image, socketPath, owner: 'cold-cases', prestart: 0 }));
    const options = { image, socketPath, owner: 'gvisor-cases', prestart: 0, ociRuntime: 'runsc' };
    gvisor.set(name, containerRuntime(options));
  }
});
after(async () => {
  await Promise.all(
    [table, ...runtimes.values(), ...cold.values(), ...gvisor.values()].map((runtime) => runtime.close()),
  );
  await rm(scratch, { recursive: true, force: true });
});

interface Answer {
  readonly result?: ResultDocument;
  readonly error?: { readonly class: string; readonly code: string; readonly message: string };
  readonly blobs: ReadonlyMap<string, Buffer>;
}

interface Program {
  readonly tool: string;
  readonly version: string;
  readonly program: string;
  readonly limits: JobDocument['limits'];
  readonly code: ReadonlyMap<string, Buffer>;
}

async function run(
  runtime: Runtime,
  what: Program,
  seed: number,
  params: object,
  input: JobInput,
  body: Buffer,
) {
  const { code, ...rest } = what;
  const handle = await runtime.take(AbortSignal.timeout(120_000));
  try {
    handle.begin({ seconds: 120, memoryMb: 4096 });
    const job = {
      ...rest,
      protocol: 'run/1',
      seed,
      threads: 1,
      locale: 'C.UTF-8',
      deadline: 120,
      inputs: [input],
      params,
    };
    await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
    for (const [name, bytes] of code) await writeFrame(handle.input, { t: 'code', name }, bytes);
    await writeFrame(handle.input, { t: 'input', slot: 'data' }, body);
    await writeFrame(handle.input, { t: 'go' });
    const blobs = new Map<string, Buffer>();
    let result: ResultDocument | undefined;
    for await (const { header, body: said } of handle.output) {
      const bytes = await collect(said);
      if (header.t === 'blob') blobs.set(String(header.id), bytes);
      else if (header.t === 'result') result = JSON.parse(bytes.toString('utf8')) as ResultDocument;
      else if (header.t === 'error') return { error: header as unknown as Answer['error'], blobs } as Answer;
      else if (header.t === 'done') break;
    }
    assert.ok(result, `no result; the program printed: ${handle.log()}`);
    return { result, blobs } as Answer;
  } finally {
    handle.kill('cancelled');
    await handle.ended;
  }
}

/** A data set as the product reads it: columns with types and roles, and the Arrow stream for the tool. */
async function readData(
  csv: Buffer,
  mediaType: string,
): Promise<{ columns: Column[]; rows: number; arrow: Buffer }> {
  const input: JobInput = {
    slot: 'data',
    format: 'original',
    bytes: csv.length,
    digest: sha256(csv),
    mediaType,
    name: 'data.csv',
  };
  const limits = { seconds: 60, memoryMb: 1024, outputMb: 64 };
  const profile = { tool: 'core/profile', version: '1.0.0', program: 'profile', limits, code: new Map() };
  const { result, error, blobs } = await run(table, profile, 1, {}, input, csv);
  assert.ok(result, `the data could not be read: ${error?.message}`);
  const { columns, rows } = result.values as Profile;
  const described = columns.map(({ name, type, role, roles, levels }) => ({
    ...{ name, type, role, roles },
    ...(levels ? { levels } : {}),
  }));
  return { columns: described, rows, arrow: blobs.get('arrow') ?? Buffer.alloc(0) };
}

/** Files of the tool, and those that it shares with the others of its plugin. */
async function readCode(directory: string): Promise<Map<string, Buffer>> {
  const code = new Map<string, Buffer>();
  for (const folder of [directory, path.dirname(directory)])
    for (const file of await readdir(folder))
      if (/\.(R|py|ts)$/.test(file) && !file.endsWith('.test.ts'))
        code.set(file, await readFile(path.join(folder, file)));
  return code;
}

/** Everything that the product checks of a result before it believes it. */
async function verify(tool: LoadedTool, { result, blobs }: Answer): Promise<string> {
  assert.ok(result);
  assert.deepEqual(checkResult(result), [], 'the result document');
  assert.deepEqual(tool.checkOutput(result.values, '/values'), [], 'the output schema of the manifest');
  const made = result.datasets ?? [];
  assert.deepEqual(
    [...blobs.keys()].sort(),
    [...result.tables, ...result.figures, ...made].map((e) => e.blob).sort(),
  );
  for (const { blob } of made) {
    // A new data set is read as every data set is.
    const { rows } = await readData(blobs.get(blob) as Buffer, mediaTypes.arrow);
    assert.ok(rows > 0, `data set ${blob}`);
  }
  const read = (blob: string) => JSON.parse(blobs.get(blob)?.toString('utf8') ?? '') as object;
  for (const { name, blob } of result.tables) assert.deepEqual(checkTable(read(blob)), [], `table ${name}`);
  for (const { name, blob, title, alt } of result.figures) {
    assert.deepEqual(checkFigure(read(blob)), [], `figure ${name}`);
    assert.match(await drawFigure({ ...read(blob) }, name, title, alt), /^<svg/, `figure ${name}`);
  }
  const known = new Set(tool.manifest.assumptions.map((a) => a.id));
  assert.deepEqual(
    result.assumptions.map((a) => a.id).filter((id) => !known.has(id)),
    [],
    'declared assumptions',
  );
  const digests: NamedDigest[] = [...blobs].map(([name, bytes]) => ({ name, digest: sha256(bytes) }));
  return digestResult(result, digests);
}

type Outcome = CaseOutcome & { readonly digest?: string };

/** One case: refused at admission, refused by the tool, or verified results of a run in each of these runtimes, at the same time. */
async function tryCase(
  places: readonly Runtime[],
  tool: LoadedTool,
  directory: string,
  golden: Case,
): Promise<Outcome[]> {
  const params = structuredClone(golden.params);
  assert.deepEqual(tool.checkParameters(params, '/params'), []);
  const csv = await readFile(path.join(directory, 'cases', golden.id, golden.data));
  const { columns, rows, arrow } = await readData(csv, 'text/csv');
  const [issue] = checkColumns(tool.manifest.parameters, params, { data: columns });
  if (issue) return [{ error: { class: 'input', code: issue.code } }];
  const { program, limits } = tool.manifest;
  const what = { tool: tool.name, version: tool.version, program, limits, code: await readCode(directory) };
  const size = { bytes: arrow.length, digest: sha256(arrow) };
  const input: JobInput = { slot: 'data', format: 'arrow', ...size, schema: { rows, columns } };
  const once = async (runtime: Runtime): Promise<Outcome> => {
    const answer = await run(runtime, what, golden.seed, params, input, arrow);
    const { result, error } = answer;
    if (result)
      return { values: result.values, warnings: result.warnings, digest: await verify(tool, answer) };
    assert.ok(error);
    const declared = tool.manifest.refusals.some((r) => r.class === error.class && r.code === error.code);
    assert.ok(declared, `${error.class}/${error.code} is not declared in tool.json: ${error.message}`);
    return { error };
  };
  return Promise.all((golden.expect_error ? places.slice(0, 1) : places).map(once));
}

/** Where two results say something else, beyond what versions of R and of its linear algebra may differ by. */
function differences(a: unknown, b: unknown, where = ''): string[] {
  if (typeof a === 'number' && typeof b === 'number') {
    // The condition number of a matrix is known to itself times the precision of a double, relatively.
    const own = where.endsWith('/condition_number') ? Math.abs(a) * 2 ** -52 : 0;
    const most = Math.max(1e-9, own) * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;
    return Math.abs(a - b) <= most ? [] : [`${where}: ${a} and ${b}`];
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b ? [] : [`${where}: ${a} and ${b}`];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => differences(left[key], right[key], `${where}/${key}`));
}

/** Values of each case in the runtime that had it first. */
const seen = new Map<string, { readonly kind: string; readonly values: unknown }>();

test('every shipped plugin is sound', () => {
  assert.deepEqual(
    plugins.map(({ name, state, reasons }) => ({ name, state, reasons })),
    names.map((name) => ({ name, state: 'enabled', reasons: [] })),
  );
  assert.ok(tools.length > 0);
});

/** WebAssembly has the base of the language only: what requires packages runs elsewhere, and says so. */
test('a tool that requires packages does not ask for the wasm runtime', () => {
  const needy = tools.filter((tool) => Object.keys(tool.manifest.requires.packages ?? {}).length > 0);
  assert.deepEqual(
    needy.filter((tool) => tool.manifest.runtimes.includes('wasm')).map((tool) => tool.name),
    [],
  );
});

for (const tool of tools) {
  const directory = path.join(root, tool.name);
  test(`${tool.name}: the manifest lists the cases that are there, two or more`, async () => {
    assert.deepEqual([...tool.manifest.cases].sort(), (await readdir(path.join(directory, 'cases'))).sort());
    assert.ok(tool.manifest.cases.length >= 2);
  });
  const first = tool.manifest.cases.find((id) => !id.startsWith('edge-'));
  const pairs = tool.manifest.cases.flatMap((id) => tool.manifest.runtimes.map((kind) => ({ id, kind })));
  for (const { id, kind } of pairs)
    test(`${tool.name}: ${id} (${kind})`, kind === 'container' ? need('docker') : {}, async () => {
      const golden = JSON.parse(
        await readFile(path.join(directory, 'cases', id, 'case.json'), 'utf8'),
      ) as Case;
      assert.equal(golden.id, id);
      assert.ok(golden.source.length > 0, 'a case names its source');
      const name = nameOf(kind, tool.manifest.program);
      const [warm, fresh] = [runtimes.get(name), cold.get(name)];
      assert.ok(warm && fresh, `there is no runtime "${kind}"`);
      // Each run is in a program or container of its own: one that waited ready, one that is started for it, and for
      // containers one under gVisor. `npm run test:full` repeats all cases so.
      const places = isFull || id === first ? [warm, fresh, gvisor.get(name) ?? warm] : [warm];
      const outcomes = await tryCase(places, tool, directory, golden);
      for (const outcome of outcomes) assert.deepEqual(checkCase(golden, outcome), []);
      const [outcome] = outcomes;
      const before = seen.get(`${tool.name}/${id}`);
      if (before)
        assert.deepEqual(differences(before.values, outcome?.values), [], `${kind} against ${before.kind}`);
      else seen.set(`${tool.name}/${id}`, { kind, values: outcome?.values });
      const digests = new Set(outcomes.map((outcome) => outcome.digest));
      assert.equal(
        digests.size,
        1,
        'the same case again gives the same digest: warm and cold, runc and runsc',
      );
    });
}
