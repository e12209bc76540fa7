import { JobDocument, JobInput, programLines } from '@assay/sdk';
import { rules } from './index.ts';

/** The tables of docs/reference/run-protocol.md, made from the schemas and the rules that they tell of. */
interface Field {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Field[];
  readonly pattern?: string;
  readonly patternProperties?: Readonly<Record<string, Field>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** What may stand in a field, in words. */
function wordsOf(field: Field): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum) return field.enum.map((each) => `\`${JSON.stringify(each)}\``).join(', ');
  if (field.anyOf) return field.anyOf.map(wordsOf).join(' or ');
  const [inner] = Object.values(field.patternProperties ?? {});
  if (field.type === 'object') return inner ? `object; each value: ${wordsOf(inner)}` : 'object';
  const bounds = [
    field.minimum === undefined ? '' : `at least ${field.minimum}`,
    field.maximum === undefined || field.maximum === Number.MAX_SAFE_INTEGER
      ? ''
      : `at most ${field.maximum}`,
    field.maxLength === undefined ? '' : `at most ${field.maxLength} characters`,
    field.maxItems === undefined ? '' : `at most ${field.maxItems}`,
    field.pattern ? `\`${field.pattern}\`` : '',
  ].filter(Boolean);
  const names: Readonly<Record<string, string>> = { string: 'text', array: 'list', integer: 'whole number' };
  const name = names[String(field.type)] ?? String(field.type ?? 'anything');
  return [name, ...bounds].join(', ');
}

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function tableOf({ properties, required = [] }: ObjectSchema): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `| \`${name}\` | ${cell(wordsOf(field as Field))} | ${required.includes(name) ? 'yes' : 'no'} |`,
  );
  return ['| field | what stands in it | required |', '|---|---|---|', ...rows].join('\n');
}

/** Each table by the heading that it stands under. */
export function protocolTables(): ReadonlyMap<string, string> {
  const lines = Object.entries(programLines).map(
    ([t, schema]) => [`#### \`${t}\``, tableOf(schema as unknown as ObjectSchema)] as const,
  );
  const documents: [string, ObjectSchema][] = [
    ['### The job document', JobDocument as unknown as ObjectSchema],
    ['### An input', JobInput as unknown as ObjectSchema],
  ];
  const kept = rules.map(({ id, says }) => `| \`${id}\` | ${says} |`);
  return new Map([
    ...lines,
    ...documents.map(([heading, schema]) => [heading, tableOf(schema)] as const),
    ['## The rules', ['| rule | what a program does |', '|---|---|', ...kept].join('\n')] as const,
  ]);
}
