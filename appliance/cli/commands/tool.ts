import type { Tool } from '@assay/client';
import type { Command } from 'commander';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import { resolveTool } from '../tool-name.ts';
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

function renderParameters({ parameters }: Tool): string {
  const { properties = {}, required = [] } = parameters as {
    properties?: Record<string, Parameter>;
    required?: readonly string[];
  };
  const rows = Object.entries(properties).map(([name, parameter]) => [
    required.includes(name) ? `${name} *` : name,
    kindOf(parameter),
    parameter.default === undefined ? '' : JSON.stringify(parameter.default),
  ]);
  const texts = Object.entries(properties).map(
    ([name, { description }]) => `  ${name}: ${description ?? ''}`,
  );
  return [renderTable(['parameter', 'takes', 'default'], rows), '', ...texts].join('\n');
}

function renderTool(tool: Tool): string {
  const list = (title: string, items: readonly string[]) =>
    items.length > 0 ? ['', title, ...items.map((item) => `  - ${item}`)] : [];
  return [
    `${tool.title} (${tool.name}@${tool.version})`,
    tool.question,
    ...list('When to use it', tool.whenToUse),
    ...list('When not', tool.whenNotToUse),
    '',
    renderParameters(tool),
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

async function list({ client, signal }: Session): Promise<Outcome> {
  const items = await client.listTools({ signal });
  const rows = items.map((t) => [t.name, t.version, t.question]);
  return { text: renderTable(['tool', 'version', 'answers'], rows), data: items };
}

async function show(session: Session, reference: string): Promise<Outcome> {
  const name = await resolveTool(session, reference);
  const tool = await session.client.getTool(name, { signal: session.signal });
  return { text: renderTool(tool), data: tool };
}

export function addToolCommands(program: Command, run: Runner): void {
  const tool = program.command('tool').description('the analyses that there are');
  tool
    .command('list')
    .description('name and question of every tool')
    .action(run((session) => list(session)));
  tool
    .command('show')
    .description('when to use a tool, and its parameters')
    .argument('<tool>', 'such as statistics/t-test')
    .action(run((session, name: string) => show(session, name)));
}
