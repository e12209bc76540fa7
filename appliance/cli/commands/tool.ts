import type { Tool, ToolSummary } from '@assay/client';
import { type Command, InvalidArgumentError } from 'commander';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import { clean, type Terminal } from '../terminal.ts';
import { resolveTool } from '../tool-name.ts';
import { wrap } from '../wrap.ts';
import type { Runner } from './runner.ts';

interface Parameter {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly items?: Parameter & { readonly column?: { readonly roles: readonly string[] } };
  readonly column?: { readonly roles: readonly string[] };
}

function kindOf(parameter: Parameter): string {
  const { type, items } = parameter;
  const column = parameter.column ?? items?.column;
  const many = type === 'array' ? 's' : '';
  if (column) return `column${many} (${column.roles.join(', ')})`;
  if (parameter.enum) return parameter.enum.join(' | ');
  if (type === 'array') return `list of ${items?.type ?? 'values'}`;
  return [type ?? 'value'].flat().join(' or ');
}

function renderParameters({ parameters }: Tool, terminal: Terminal): string[] {
  const { properties = {}, required = [] } = parameters as {
    properties?: Record<string, Parameter>;
    required?: readonly string[];
  };
  return Object.entries(properties).flatMap(([name, parameter]) => {
    const must = required.includes(name) ? ', required' : '';
    const without =
      parameter.default === undefined ? '' : `, ${JSON.stringify(parameter.default)} without it`;
    const text = wrap(clean(parameter.description ?? ''), terminal.width, 6);
    return [
      `  ${terminal.colors.cyan(clean(name))}  ${clean(`${kindOf(parameter)}${must}${without}`)}`,
      `      ${text}`,
    ];
  });
}

function renderTool(tool: Tool, terminal: Terminal): string {
  const title = (text: string) => ['', terminal.colors.bold(text)];
  const list = (heading: string, items: readonly string[]) =>
    items.length > 0
      ? [...title(heading), ...items.map((item) => `  • ${wrap(clean(item), terminal.width, 4)}`)]
      : [];
  return [
    `${terminal.colors.bold(clean(tool.title))} (${tool.name}@${tool.version})`,
    wrap(clean(tool.question), terminal.width, 0),
    ...list('When to use it', tool.whenToUse),
    ...list('When not', tool.whenNotToUse),
    ...title('Parameters'),
    ...renderParameters(tool, terminal),
    ...list(
      'Assumptions',
      tool.assumptions.map((a) => `${a.title}: ${a.check}`),
    ),
    ...list(
      'Sources',
      tool.citations.map((c) => (c.doi ? `${c.text} doi:${c.doi}` : c.text)),
    ),
  ].join('\n');
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listTools({ signal });
  const rows = items.map((t) => [t.name, t.version, t.question]);
  return { text: renderTable(['tool', 'version', 'answers'], rows, terminal), data: items };
}

const shown = (value: string | readonly string[]) => (typeof value === 'string' ? value : value.join(','));

/** How a tool goes together with the data set, and how it would be called. */
function renderFit({ fit }: ToolSummary): string[] {
  if (!fit) return [];
  if (!fit.fits) return fit.missing.map((lack) => `does not fit: ${lack}`);
  const given = Object.entries(fit.params).map(([name, value]) => `--param ${name}=${shown(value)}`);
  const open = fit.open.map(({ parameter, choices }) => `--param ${parameter}=? (${choices.join(', ')})`);
  return given.length + open.length === 0 ? ['fits'] : [`fits: ${[...given, ...open].join(' ')}`];
}

function renderHit(hit: ToolSummary, terminal: Terminal): string {
  const lines = [hit.question, ...(hit.because && hit.because !== hit.question ? [hit.because] : [])];
  return [
    `${terminal.colors.bold(clean(hit.name))}  ${clean(hit.title)}`,
    ...[...lines, ...renderFit(hit)].map((line) => `  ${wrap(clean(line), terminal.width, 2)}`),
  ].join('\n');
}

function most(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100)
    throw new InvalidArgumentError('It is a number from 1 to 100.');
  return number;
}

async function search(
  { client, signal, terminal }: Session,
  words: readonly string[],
  { dataset, limit }: { readonly dataset?: string; readonly limit: number },
): Promise<Outcome> {
  const items = await client.searchTools(words.join(' '), {
    ...{ signal, limit },
    ...(dataset === undefined ? {} : { dataset }),
  });
  const none = 'No tool says anything of that; "assay tool list" has them all.';
  const text = items.length === 0 ? none : items.map((hit) => renderHit(hit, terminal)).join('\n\n');
  return { text, data: items };
}

async function show(session: Session, reference: string): Promise<Outcome> {
  const name = await resolveTool(session, reference);
  const tool = await session.client.getTool(name, { signal: session.signal });
  return { text: renderTool(tool, session.terminal), data: tool };
}

export function addToolCommands(program: Command, run: Runner): void {
  const tool = program.command('tool').description('the analyses that there are');
  tool
    .command('list')
    .description('name and question of every tool')
    .action(run((session) => list(session)));
  tool
    .command('search')
    .description('find the right tool for a question in plain words')
    .argument('<question...>', 'such as: does the yield differ between the lines')
    .option('--dataset <id>', 'data set at hand: says which tools it fits, and with which columns')
    .option('--limit <number>', 'most answers', most, 5)
    .action(
      run((session, words: string[], options: { dataset?: string; limit: number }) =>
        search(session, words, options),
      ),
    );
  tool
    .command('show')
    .description('when to use a tool, and its parameters')
    .argument('<tool>', 'such as statistics/t-test')
    .action(run((session, name: string) => show(session, name)));
}
