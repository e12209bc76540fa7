import { UsageError } from './exit.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
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
export function readValue(text: string, schema: Schema = {}): unknown {
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

/** `k=v` of the command line as parameters. A name given twice is a list. */
export function readParameters(given: readonly string[], parameters: unknown): Record<string, unknown> {
  const { properties = {} } = parameters as Schema;
  const read: Record<string, unknown> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--param takes name=value; "${pair}" is not of that form.`);
    const name = pair.slice(0, at);
    if (name === '__proto__') throw new UsageError('There is no parameter "__proto__".');
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const value = readValue(pair.slice(at + 1), schema);
    const before = Object.hasOwn(read, name) ? read[name] : undefined;
    read[name] = before === undefined ? value : [before, value].flat();
  }
  return read;
}
