import { stripTypeScriptTypes } from 'node:module';
import ivm from 'isolated-vm';
import { type SharedColumn, takeColumns } from './columns.ts';

/** What a transform is handed beside its columns. */
export interface Handed {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly SharedColumn[];
}

/** What came back out of the isolate; the document is text that nobody has looked at yet. */
export interface Answer {
  readonly document: string;
  readonly datasets: readonly { readonly columns: readonly SharedColumn[] }[];
}

/** Why an isolate gave no answer. */
export class IsolateStop extends Error {
  readonly why: 'refused' | 'threw' | 'memory' | 'code' | 'answer';
  constructor(why: IsolateStop['why'], message: string) {
    super(message);
    this.why = why;
  }
}

/**
 * Runs inside: calls the tool, and takes what it returns apart into one text and typed arrays. It stands on the tool's
 * side of the wall: whatever the tool does to it harms the tool's own answer, which is checked outside.
 */
const entryOf = (program: string) => `
import { run } from ${JSON.stringify(`./${program}`)};
class Refusal { constructor(line) { this.line = line; } }
export function answer(data, params, seed, room) {
  // What lies in the room goes out without being copied; what finds none there is copied.
  let used = 0;
  const take = (Kind) => (rows) => {
    const at = used;
    const end = at + Math.ceil((rows * Kind.BYTES_PER_ELEMENT) / 8) * 8;
    if (!(end <= room.byteLength)) return new Kind(rows);
    used = end;
    return new Kind(room, at, rows);
  };
  const memory = { float64: take(Float64Array), int32: take(Int32Array), uint8: take(Uint8Array) };
  const context = { seed, memory, refuse(line) { throw new Refusal(line); } };
  let result;
  try {
    result = run(data, params, context);
  } catch (error) {
    if (error instanceof Refusal) return { refused: JSON.stringify(error.line) };
    throw error;
  }
  const datasets = (result.datasets ?? []).map(({ columns }) => ({
    columns: columns.map(({ name, type, values, valid, levels }) => ({ name, type, values, valid, levels })),
  }));
  const named = (result.datasets ?? []).map(({ name, title }) => ({ name, title }));
  return { document: JSON.stringify({ ...result, datasets: named }), datasets };
}
`;

/** Not there for a transform: compiled code of its own, clocks fine enough to listen to neighbours, what nobody reads. */
const removed = ['WebAssembly', 'Atomics', 'SharedArrayBuffer', 'console'];
/**
 * Shared memory comes from outside alone: what an isolate made of it would be given back to an isolate that is gone
 * (isolated-vm 7 keeps its books there). So nothing is left by which more of it could be made.
 */
const prepare = `for (const name of ['constructor', 'slice', 'grow']) delete SharedArrayBuffer.prototype[name];
${removed.map((name) => `delete globalThis.${name};`).join('\n')}`;

/** Room for new columns: as much as came, and as many numbers again as a transform may add. Untouched, it costs nothing. */
const moreColumns = 24;

function roomFor({ rows, columns }: Handed): SharedArrayBuffer {
  const came = columns.reduce(
    (sum, { values, valid }) => sum + values.byteLength + (valid?.byteLength ?? 0) + 16,
    0,
  );
  return new SharedArrayBuffer(came + moreColumns * (rows * 9 + 16));
}

/** Called when V8 itself gave up: nothing of this process can be trusted any more. */
export type OnCatastrophe = () => void;

export interface Isolate {
  readonly code: ReadonlyMap<string, Uint8Array>;
  /** The file with `run` in it. */
  readonly program: string;
  readonly data: Handed;
  readonly params: unknown;
  readonly seed: number;
  readonly memoryMb: number;
  readonly onCatastrophe: OnCatastrophe;
}

function sharedMb({ columns }: Handed, room: SharedArrayBuffer): number {
  const bytes = columns.reduce(
    (sum, { values, valid }) => sum + values.byteLength + (valid?.byteLength ?? 0),
    0,
  );
  return Math.ceil((bytes + room.byteLength) / (1024 * 1024));
}

/** The files of a tool lie flat, those that it shares with its neighbours among them. */
async function load(isolate: ivm.Isolate, context: ivm.Context, { code, program }: Isolate) {
  const compiled = new Map<string, Promise<ivm.Module>>();
  const compile = (specifier: string): Promise<ivm.Module> => {
    const name = specifier.replace(/^\.\.?\//, '');
    const known = compiled.get(name);
    if (known) return known;
    const bytes = code.get(name);
    if (!bytes) throw new IsolateStop('code', `there is no file "${name.slice(0, 60)}"`);
    const text = Buffer.from(bytes).toString('utf8');
    const source = name.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
    const module = isolate.compileModule(source, { filename: name });
    compiled.set(name, module);
    return module;
  };
  const module = await isolate.compileModule(entryOf(program), { filename: 'entry' });
  await module.instantiate(context, compile);
  await module.evaluate();
  return module.namespace.get('answer', { reference: true });
}

function explain(error: unknown, isolate: ivm.Isolate): IsolateStop {
  if (error instanceof IsolateStop) return error;
  const message = String((error as { message?: unknown } | undefined)?.message ?? error).slice(0, 500);
  if (isolate.isDisposed || /^Array buffer allocation failed/.test(message))
    return new IsolateStop('memory', 'the transform used more memory than it may');
  return new IsolateStop('threw', message);
}

/**
 * Carries out one transform in an isolate of its own. Columns are shared, never copied; nothing of this side is ever
 * handed in but them and plain values.
 * @throws IsolateStop
 */
export async function runIsolated(options: Isolate): Promise<Answer> {
  const { data, params, seed, memoryMb, onCatastrophe } = options;
  const room = roomFor(data);
  // What is shared is counted as the isolate's own, touched or not; what is touched the runner watches from outside.
  const memoryLimit = Math.max(8, memoryMb) + sharedMb(data, room);
  const isolate = new ivm.Isolate({ memoryLimit, onCatastrophicError: onCatastrophe });
  try {
    const context = await isolate.createContext();
    await context.eval(prepare);
    const answer = await load(isolate, context, options);
    const given = await answer.apply(undefined, [data, params, seed, room], {
      arguments: { copy: true },
      result: { copy: true },
    });
    return takeAnswer(given);
  } catch (error) {
    throw explain(error, isolate);
  } finally {
    if (!isolate.isDisposed) isolate.dispose();
  }
}

/** Believes nothing of what came back: it is a copy, but of whatever the tool pleased. */
function takeAnswer(given: unknown): Answer {
  const { refused, document, datasets } = (given ?? {}) as Record<string, unknown>;
  if (typeof refused === 'string') throw new IsolateStop('refused', refused);
  if (typeof document !== 'string' || !Array.isArray(datasets) || datasets.length > 4)
    throw new IsolateStop('answer', 'the transform gave no result');
  try {
    return { document, datasets: datasets.map((each) => ({ columns: takeColumns(each) })) };
  } catch (error) {
    throw new IsolateStop('answer', error instanceof Error ? error.message : 'the columns do not fit');
  }
}
