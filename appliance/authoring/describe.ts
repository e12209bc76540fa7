import type { LoadedPlugin, LoadedTool } from '@assay/core/plugins';
import { AssayError } from '@assay/sdk';
import { checkPlugin } from './check.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly column?: { readonly input: string; readonly roles: readonly string[] };
}

/** Text in a cell of a table. */
const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
const table = (headings: readonly string[], rows: readonly (readonly string[])[]) =>
  rows.length === 0 ? [] : [row(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(row), ''];
const section = (heading: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [heading, '', ...lines];
const list = (items: readonly string[]) =>
  items.length === 0 ? [] : [...items.map((item) => `- ${item}`), ''];

function kindOf({ type, enum: values, items, column, minimum, maximum }: Schema): string {
  if (column) return `column (${column.roles.join(', ')}) of ${column.input}`;
  if (values) return values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (items) return `list of ${kindOf(items)}`;
  const bounds = [
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined ? '' : `to ${maximum}`,
  ];
  return [[type ?? 'any'].flat().join(' or '), ...bounds].filter(Boolean).join(' ');
}

function parameters({ properties = {}, required = [] }: Schema): string[] {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const needed = required.includes(name) ? 'needed' : '';
    const usual = schema.default === undefined ? needed : `\`${JSON.stringify(schema.default)}\``;
    return [`\`${name}\``, kindOf(schema), usual, schema.description ?? schema.title ?? ''];
  });
  return table(['parameter', 'what it takes', 'without it', 'meaning'], rows);
}

/** Names of all that a result can hold, with dots between. */
function outputs({ properties = {}, items }: Schema, within = ''): string[][] {
  const rows = Object.entries(properties).flatMap(([name, schema]) => {
    const full = within ? `${within}.${name}` : name;
    const below = outputs(schema, full);
    return schema.description || below.length === 0
      ? [[`\`${full}\``, kindOf(schema), schema.description ?? ''], ...below]
      : below;
  });
  return items ? [...rows, ...outputs(items, `${within}[]`)] : rows;
}

/** What a run takes and whether it is the same again, where the author said. */
function describeCost({ cost, determinism }: LoadedTool['manifest']): string[] {
  const { seconds, memoryMb } = cost ?? {};
  return [
    ...(seconds && memoryMb
      ? [
          `Takes about ${seconds.base} s and ${memoryMb.base} MB, and for each million cells (rows by columns) ${seconds.perMillionCells} s and ${memoryMb.perMillionCells} MB more.`,
        ]
      : []),
    ...(determinism === 'approximate'
      ? ['The same job gives the same result within tolerances, not bit for bit.']
      : []),
  ];
}

function describeTool({ name, manifest }: LoadedTool): string[] {
  const { inputs, limits, runtimes, refusals, assumptions, citations } = manifest;
  return [
    `## ${manifest.title}`,
    '',
    `\`${name}\`: ${manifest.question}`,
    '',
    ...section('**When it is right**', list(manifest.whenToUse)),
    ...section('**When it is not**', list(manifest.whenNotToUse ?? [])),
    ...table(
      ['data', 'what belongs there', 'rows'],
      inputs.map(({ slot, description, minRows, maxRows }) => [
        `\`${slot}\``,
        description,
        [minRows === undefined ? '' : `from ${minRows}`, maxRows === undefined ? '' : `to ${maxRows}`]
          .join(' ')
          .trim(),
      ]),
    ),
    ...parameters(manifest.parameters as Schema),
    ...table(['result', 'kind', 'meaning'], outputs(manifest.output as Schema)),
    ...section('**What it assumes**', list(assumptions.map(({ title, check }) => `${title}. ${check}`))),
    ...table(
      ['it refuses with', 'when'],
      refusals.map((refusal) => [`\`${refusal.class}/${refusal.code}\``, refusal.description]),
    ),
    `Runs in ${runtimes.join(' or ')}, for at most ${limits.seconds} s with ${limits.memoryMb} MB.`,
    ...describeCost(manifest),
    '',
    ...section('**Sources**', list(citations.map(({ text, doi }) => (doi ? `${text} doi:${doi}` : text)))),
  ];
}

/**
 * The reference page of a plugin, in Markdown, out of nothing but its manifests.
 * @throws AssayError plugin.not_found, plugin.manifest_invalid where it is not sound
 */
export async function describePlugin(folder: string): Promise<string> {
  const { plugin, findings } = await checkPlugin(folder);
  if (findings[0]) throw new AssayError('plugin.manifest_invalid', `The plugin is not sound: ${findings[0]}`);
  const { manifest } = plugin as LoadedPlugin & { manifest: NonNullable<LoadedPlugin['manifest']> };
  return [
    `# ${manifest.title}`,
    '',
    manifest.description,
    '',
    `\`${manifest.name}\` ${manifest.version}, by ${manifest.publisher}, ${manifest.license}.`,
    '',
    ...plugin.tools.flatMap(describeTool),
  ]
    .join('\n')
    .trimEnd();
}
