import type { Command } from 'commander';
import { renderErasure } from '../erasure.ts';
import { RefusedError } from '../exit.ts';
import { findId } from '../find.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listErasures({ signal });
  const rows = items.map((e) => [
    e.id.slice(0, 8),
    e.subject.kind,
    e.subject.id,
    e.destroyedAt,
    e.irrecoverableFrom,
  ]);
  const heading = ['id', 'what', 'subject', 'key destroyed', 'irrecoverable from'];
  const text = rows.length > 0 ? renderTable(heading, rows, terminal) : 'Nothing was erased yet.';
  return { text, data: items };
}

async function certificate({ client, signal }: Session, reference: string): Promise<Outcome> {
  const id = await findId('erasure', reference, async () => ({
    items: await client.listErasures({ signal }),
  }));
  const erasure = await client.getErasure(id, { signal });
  return { text: erasure.certificate.trimEnd(), data: erasure };
}

interface EraseOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

async function erasePerson(
  { client, signal }: Session,
  id: string,
  { reason, yes }: EraseOptions,
): Promise<Outcome> {
  if (!yes)
    throw new RefusedError(
      `This would destroy for good what is known of the person ${id}: name, addresses, tokens. Add --yes.`,
    );
  const erasure = await client.erase({ kind: 'person', id }, reason, { signal });
  return { text: renderErasure(erasure), data: erasure };
}

export function addErasureCommands(program: Command, run: Runner): void {
  const erasure = program.command('erasure').description('what was erased, and the certificates');
  erasure
    .command('list')
    .description('newest first')
    .action(run((session) => list(session)));
  erasure
    .command('certificate')
    .description('the signed certificate of an erasure')
    .argument('<erasure>', 'id, or the beginning of one')
    .action(run((session, reference: string) => certificate(session, reference)));
  program
    .command('person')
    .description('what is known of people')
    .command('erase')
    .description("destroy the key of what is known of a person, for good; their jobs' reports stay")
    .argument('<person>', 'id')
    .requiredOption('--reason <text>', 'why, for the record; name no person')
    .option('--yes', 'do it; without it, it is only said what would be destroyed')
    .action(run((session, id: string, options: EraseOptions) => erasePerson(session, id, options)));
}
