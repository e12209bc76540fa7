import { RefusedError, UsageError } from './exit.ts';
import { nearest } from './nearest.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

function asJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function typesOf(schema: Schema): readonly string[] {
  return [schema.type ?? [], ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(typesOf)].flat();
}

function constantsOf(schema: Schema): readonly unknown[] {
  const own = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  return [own, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(constantsOf)].flat();
}

/** A list without brackets: commas part it, and a comma inside double quotes does not. */
function splitList(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [])
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The text of one parameter as the value that its schema asks for; what fits nothing is sent as text and refused there. */
function readValue(text: string, schema: Schema = {}): unknown {
  if (constantsOf(schema).includes(text)) return text;
  const types = typesOf(schema);
  const json = asJson(text);
  const given = json === undefined ? 'none' : Array.isArray(json.value) ? 'array' : typeof json.value;
  if (types.includes('array') && given !== 'array') {
    if (types.includes('string') && !text.includes(',')) return text;
    return splitList(text).map((item) => readValue(item, schema.items));
  }
  // A column may well be called 1, true or null: where text is asked for, only quotes are taken off.
  if (types.length === 1 && types[0] === 'string') return given === 'string' ? json?.value : text;
  return json === undefined ? text : json.value;
}

/** @throws RefusedError naming every parameter that the tool does not have, and the nearest that it has */
function requireKnown(names: readonly string[], known: readonly string[]): void {
  const issues = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return {
        pointer: `/params/${name}`,
        code: 'PARAMETER_UNKNOWN',
        detail: `There is no parameter "${name}".`,
        hint: near ? `Did you mean "${near}"?` : `There are ${known.join(', ') || 'none'}.`,
      };
    });
  if (issues.length > 0) throw new RefusedError('The input does not fit the tool.', issues);
}

/** Name and text of a parameter. */
export type Pair = readonly [string, string];

/** @throws UsageError where one is not of the form name=value */
export function splitPairs(given: readonly string[]): Pair[] {
  return given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1 || pair.startsWith('__proto__='))
      throw new UsageError(`--param takes name=value; "${pair}" is not of that form.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** Parameters by name, with values as the tool's schema asks for. A name given twice is a list. */
export function readParameters(pairs: readonly Pair[], parameters: unknown): Record<string, unknown> {
  const { properties = {}, additionalProperties } = parameters as Schema;
  const names = new Set(pairs.map(([name]) => name));
  if (additionalProperties === false) requireKnown([...names], Object.keys(properties));
  const read: Record<string, unknown> = {};
  for (const [name, text] of pairs) {
    const value = readValue(text, Object.hasOwn(properties, name) ? properties[name] : undefined);
    read[name] = Object.hasOwn(read, name) ? [read[name], value].flat() : value;
  }
  return read;
}
