import type { Command } from 'commander';
import type { Outcome, Session } from '../session.ts';
import { renderFacts, renderTable } from '../table.ts';
import { personOf } from './member.ts';
import type { Runner } from './runner.ts';

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const [items, me] = await Promise.all([client.listWorkspaces({ signal }), client.me({ signal })]);
  const rows = items.map((w) => [
    w.id.slice(0, 8),
    w.name,
    w.role,
    w.home ? 'home' : '',
    w.id === me.workspace.id ? 'this one' : '',
    w.createdAt,
  ]);
  return { text: renderTable(['id', 'name', 'you are', '', '', 'made'], rows, terminal), data: items };
}

async function create(
  { client, signal }: Session,
  name: string,
  { administrator }: { administrator?: string },
): Promise<Outcome> {
  const workspace = await client.createWorkspace(
    { name, ...(administrator === undefined ? {} : { administrator: personOf(administrator) }) },
    { signal },
  );
  const whose = administrator ?? 'you';
  return {
    text: `Workspace ${workspace.name} (${workspace.id}); its administrator: ${whose}.`,
    data: workspace,
  };
}

async function rename({ client, signal }: Session, name: string): Promise<Outcome> {
  const { workspace } = await client.me({ signal });
  const renamed = await client.renameWorkspace(workspace.id, name, { signal });
  return { text: `The workspace ${workspace.name} is called ${renamed.name} now.`, data: renamed };
}

async function whoami({ client, url, signal }: Session): Promise<Outcome> {
  const me = await client.me({ signal });
  const text = renderFacts([
    ['name', me.principal.name],
    ['principal', me.principal.id],
    ['role', me.principal.role],
    ['workspace', `${me.workspace.name}${me.workspace.home ? ' (home)' : ''}`],
    ['scopes', me.scopes.join(' ')],
    ['expires', me.expiresAt],
    ['server', url],
  ]);
  return { text, data: me };
}

export function addWorkspaceCommands(program: Command, run: Runner): void {
  program
    .command('whoami')
    .description('who the token belongs to, where it is good, for what, and until when')
    .action(run((session) => whoami(session)));
  const workspace = program
    .command('workspace')
    .description('workspaces, each with data, jobs and keys of its own');
  workspace
    .command('list')
    .description('those that you are a member of')
    .action(run((session) => list(session)));
  workspace
    .command('create')
    .description('make one, with a key of its own')
    .argument('<name>', 'there is no other of it')
    .option('--administrator <person>', 'login of a local account, or id; you without it')
    .action(
      run((session, name: string, options: { administrator?: string }) => create(session, name, options)),
    );
  workspace
    .command('rename')
    .description('give this workspace another name')
    .argument('<name>', 'there is no other of it')
    .action(run((session, name: string) => rename(session, name)));
}
