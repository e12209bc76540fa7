import { createHmac, timingSafeEqual } from 'node:crypto';
import { AssayError, collect, type Frame, type JobDocument, RunSpecification } from '@assay/sdk';
import { Compile } from 'typebox/compile';

/** Run ids remembered, so that a recorded specification works once. */
const remembered = 100_000;
/** The columns of a wide data set with their levels take megabytes; more than this is nothing that we send. */
const mostBytes = 64 * 1024 * 1024;
const mostLevels = 64;

const form = Compile(RunSpecification);
const ceilings = [
  ['seconds', 'maxSeconds'],
  ['memoryMb', 'maxMemoryMb'],
  ['outputMb', 'maxOutputMb'],
] as const;

function refuse(why: string): AssayError {
  return new AssayError('run.specification_refused', `The run specification was refused: ${why}.`);
}

/** What stands in the body, where it was made with the shared key. Nothing of it is looked at before that is known. */
async function authenticate({ header, body }: Frame, key: Uint8Array): Promise<Buffer> {
  if ((header.bytes ?? 0) > mostBytes) throw refuse(`it is longer than ${mostBytes} bytes`);
  const bytes = await collect(body);
  const given = Buffer.from(typeof header.mac === 'string' ? header.mac : '', 'hex');
  const right = createHmac('sha256', key).update(bytes).digest();
  if (given.length !== right.length || !timingSafeEqual(given, right))
    throw refuse('it is not from our worker');
  return bytes;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse('it is not JSON in UTF-8');
  }
}

/** Parameters are free in form, within bounds: what is handed on must be safe to walk and to copy. */
function requireTame(params: unknown): void {
  const open: { readonly value: unknown; readonly level: number }[] = [{ value: params, level: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level > mostLevels) throw refuse(`its parameters are nested deeper than ${mostLevels} levels`);
    if (Object.hasOwn(value, '__proto__')) throw refuse('a parameter is called "__proto__"');
    for (const inner of Object.values(value)) open.push({ value: inner, level: level + 1 });
  }
}

function requireForm(value: unknown): RunSpecification {
  if (form.Check(value)) return value;
  const [first] = form.Errors(value);
  const where = first?.instancePath ? first.instancePath.slice(0, 200) : 'the whole';
  const what = first?.keyword === 'boolean' ? 'is a field that is not known' : first?.message;
  throw refuse(`${where} ${what ?? 'does not fit'}`);
}

function requireWithin({ job }: RunSpecification, ceiling: JobDocument['limits']): void {
  for (const [limit, setting] of ceilings)
    if (job.limits[limit] > ceiling[limit])
      throw refuse(
        `it asks for ${limit} ${job.limits[limit]}, and this host allows ${ceiling[limit]} (runtimes.${setting})`,
      );
  if (job.deadline > job.limits.seconds) throw refuse('its deadline is later than its limit of seconds');
}

/** Parts that fit each by itself and must fit together. */
function requireConsistent({ plugin, job }: RunSpecification): void {
  if (plugin && job.tool !== `${plugin.name}/${plugin.tool}`)
    throw refuse(`its job names the tool "${job.tool}", its plugin part "${plugin.name}/${plugin.tool}"`);
  const slots = job.inputs.map(({ slot }) => slot);
  if (new Set(slots).size < slots.length) throw refuse('it has two inputs for one slot');
}

export interface SpecificationOptions {
  readonly key: Uint8Array;
  /** What no run may exceed on this host, whoever asks. */
  readonly ceiling: JobDocument['limits'];
}

/**
 * Opens specifications: only those made with the shared key, each of them once, closed in their form and within what this
 * host allows. A worker in somebody else's hands has the key; the rest still holds.
 */
export function createSpecificationReader({
  key,
  ceiling,
}: SpecificationOptions): (frame: Frame) => Promise<RunSpecification> {
  const seen = new Set<string>();
  return async (frame) => {
    const spec = requireForm(parse(await authenticate(frame, key)));
    requireWithin(spec, ceiling);
    requireConsistent(spec);
    requireTame(spec.job.params);
    if (seen.has(spec.run)) throw refuse('its run was carried out already');
    seen.add(spec.run);
    if (seen.size > remembered) seen.delete(seen.values().next().value ?? '');
    return spec;
  };
}
