import type { Scope, Token } from '@assay/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../exit.ts';
import { findMember } from '../member.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

const scopes: readonly Scope[] = ['tools:read', 'jobs:submit', 'data:export', 'admin'];

interface CreateOptions {
  readonly scope: readonly Scope[];
  readonly days: number;
  readonly service?: string;
}

function stateOf({ revokedAt, expiresAt }: Token): string {
  if (revokedAt) return 'revoked';
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}

async function create(session: Session, name: string, options: CreateOptions): Promise<Outcome> {
  const { client, signal } = session;
  const service = options.service === undefined ? undefined : await findMember(session, options.service);
  const token = await client.createToken(
    { name, scopes: [...options.scope], days: options.days, ...(service ? { service: service.id } : {}) },
    { signal },
  );
  const whose = service ? ` for ${service.name}` : '';
  const text = `${token.token}\n\nToken ${token.id}${whose} (${token.scopes.join(', ')}), good until ${token.expiresAt}. It is shown this once.`;
  return { text, data: token };
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listTokens({ signal });
  const rows = items.map((t) => [
    t.id,
    t.name,
    t.principal.name,
    stateOf(t),
    t.scopes.join(' '),
    t.expiresAt,
    t.lastUsedAt ?? 'never',
  ]);
  const heading = ['id', 'name', 'of', 'state', 'scopes', 'expires', 'last used'];
  return { text: renderTable(heading, rows, terminal), data: items };
}

async function revoke({ client, signal }: Session, id: string): Promise<Outcome> {
  if (!/^[A-Za-z0-9]{12}$/.test(id))
    throw new UsageError(
      `"${id}" is no id of a token; it has 12 letters and digits, as in "assay token list".`,
    );
  const token = await client.revokeToken(id, { signal });
  return { text: `Token ${token.id} (${token.name}) opens nothing any more.`, data: token };
}

function readDays(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1 || Number(text) > 90)
    throw new InvalidArgumentError('It is a number of days from 1 to 90.');
  return Number(text);
}

export function addTokenCommands(program: Command, run: Runner): void {
  const token = program.command('token').description('API tokens of this workspace, for programs');
  token
    .command('create')
    .description('make a token; its text is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--scope <scopes...>', 'what it may be used for')
        .choices(scopes)
        .default(['tools:read', 'jobs:submit']),
    )
    .option('--days <days>', 'days until it expires, 1 to 90', readDays, 30)
    .option('--service <member>', 'service that is to have it, by id, beginning of one, or name')
    .action(run((session, name: string, options: CreateOptions) => create(session, name, options)));
  token
    .command('list')
    .description('your tokens; all of the workspace where your role may see them')
    .action(run((session) => list(session)));
  token
    .command('revoke')
    .description('end a token within a second')
    .argument('<token>', 'id, the part of the token between the first two underscores')
    .action(run((session, id: string) => revoke(session, id)));
}
