import type { Quota, SetQuotaRequest } from '@assay/client';
import { Argument, type Command } from 'commander';
import { UsageError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { Runner } from './runner.ts';

const resources = ['jobs', 'cpu_seconds', 'stored_bytes'] as const;

function render(items: readonly Quota[], terminal: Terminal): string {
  const rows = items.map((q) => [
    q.resource,
    q.limit ?? 'none',
    q.own ? 'set' : 'default',
    q.used,
    q.reserved,
    q.resetsAt ?? '',
  ]);
  return renderTable(['quota', 'limit', 'which is', 'used', 'reserved', 'begins anew'], rows, terminal);
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listQuotas({ signal });
  return { text: render(items, terminal), data: items };
}

function limitOf(text: string): SetQuotaRequest['limit'] {
  if (text === 'unlimited' || text === 'default') return text;
  const limit = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(limit)) return limit;
  throw new UsageError(`"${text}" is no limit: give a whole number, unlimited or default.`);
}

async function set(
  { client, signal, terminal }: Session,
  workspace: string,
  resource: SetQuotaRequest['resource'],
  limit: string,
): Promise<Outcome> {
  const items = await client.setQuota(workspace, { resource, limit: limitOf(limit) }, { signal });
  return { text: render(items, terminal), data: items };
}

export function addQuotaCommands(program: Command, run: Runner): void {
  const quota = program.command('quota').description('what workspaces may use');
  quota
    .command('list')
    .description('the quotas of this workspace, with what is used and held')
    .action(run((session) => list(session)));
  quota
    .command('set')
    .description('set a quota of any workspace; operators and administrators of the first workspace may')
    .argument('<workspace>', 'id')
    .addArgument(
      new Argument('<resource>', 'jobs at once, seconds of CPU a month, or bytes').choices(resources),
    )
    .argument('<limit>', 'a whole number, unlimited or default')
    .action(
      run((session, workspace: string, resource: SetQuotaRequest['resource'], limit: string) =>
        set(session, workspace, resource, limit),
      ),
    );
}
