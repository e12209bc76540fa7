import { readFile } from 'node:fs/promises';
import type { NewClient } from '@assay/client';
import { type Command, Option } from 'commander';
import { RefusedError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

async function readJson(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedError(`${file} cannot be read (${error.code}).`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RefusedError(`${file} is not JSON: ${error.message}.`);
  }
  throw new RefusedError(`${file} holds no JSON object.`);
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listClients({ signal });
  const rows = items.map((each) => [each.id, each.name, each.kind, each.scopes.join(' '), each.createdAt]);
  const text =
    rows.length > 0
      ? renderTable(['client', 'name', 'kind', 'scopes', 'since'], rows, terminal)
      : 'No client was imported or registered.';
  return { text, data: items };
}

async function importDocument({ client, signal }: Session, file: string): Promise<Outcome> {
  const made = await client.importClient(await readJson(file), { signal });
  return { text: `${made.name} (${made.id}) may ask people for access now.`, data: made };
}

async function register(
  { client, signal }: Session,
  name: string,
  options: { readonly keys: string; readonly role: NewClient['role']; readonly scope: NewClient['scopes'] },
): Promise<Outcome> {
  const jwks = (await readJson(options.keys)) as NewClient['jwks'];
  const made = await client.registerClient(
    { name, role: options.role, scopes: options.scope, jwks },
    { signal },
  );
  return { text: `${made.name} is client ${made.id}, as ${options.role} in this workspace.`, data: made };
}

async function remove({ client, signal }: Session, id: string): Promise<Outcome> {
  await client.removeClient(id, { signal });
  return { text: `Client ${id} is forgotten; its tokens end within a second.`, data: { id } };
}

export function addClientCommands(program: Command, run: Runner): void {
  const clients = program
    .command('client')
    .description('OAuth clients: assistants and programs that ask for access');
  clients
    .command('list')
    .description('clients that were imported or registered')
    .action(run((session) => list(session)));
  clients
    .command('import')
    .description('import the metadata document of a client, for networks where it cannot be fetched')
    .argument('<file>', 'the document (JSON)')
    .action(run((session, file: string) => importDocument(session, file)));
  clients
    .command('register')
    .description('register a program that acts for itself with a key of its own')
    .argument('<name>', 'what people call it')
    .requiredOption('--keys <file>', 'its public keys (JWK set)')
    .addOption(
      new Option('--role <role>', 'its role in this workspace')
        .choices(['viewer', 'analyst', 'author', 'reviewer', 'operator', 'administrator', 'auditor'])
        .default('analyst'),
    )
    .addOption(
      new Option('--scope <scope...>', 'what its tokens may be used for')
        .choices(['tools:read', 'jobs:submit', 'data:export', 'admin'])
        .default(['tools:read', 'jobs:submit']),
    )
    .action(
      run(
        (
          session,
          name: string,
          options: { keys: string; role: NewClient['role']; scope: NewClient['scopes'] },
        ) => register(session, name, options),
      ),
    );
  clients
    .command('remove')
    .description('forget a client')
    .argument('<id>', 'as "assay client list" shows it')
    .action(run((session, id: string) => remove(session, id)));
}
