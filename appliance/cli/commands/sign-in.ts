import type { Command } from 'commander';
import { writeCredentials } from '../credentials.ts';
import type { Outcome, Session } from '../session.ts';
import type { Runner } from './runner.ts';

async function signIn({ client, url, terminal, signal }: Session, startToken: string): Promise<Outcome> {
  const { token, principal, workspace } = await client.signIn(startToken, { signal });
  const file = await writeCredentials(terminal.environment, { url, token });
  return {
    text: `Signed in at ${url} as ${principal.name} (${principal.role}), workspace ${workspace.name}.\nThe API token is in ${file}.`,
    data: { url, principal, workspace, file },
  };
}

export function addSignInCommand(program: Command, run: Runner): void {
  program
    .command('sign-in')
    .description('turn the one-time token that the start printed into an API token, and remember it')
    .argument('<token>', 'the sign-in token')
    .action(run((session, token: string) => signIn(session, token)));
}
