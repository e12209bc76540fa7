import type { RoleName, UserWithPassword } from '@assay/client';
import { type Command, Option } from 'commander';
import { RefusedError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

/** Somebody by login or by id. */
async function findUser({ client, signal }: Session, who: string): Promise<string> {
  const users = await client.listUsers({ signal });
  const found = users.find(({ id, login }) => id === who || login === who.toLowerCase());
  if (!found) throw new RefusedError(`There is no user ${who}; "assay user list" shows who there is.`);
  return found.id;
}

async function list({ client, signal, terminal }: Session): Promise<Outcome> {
  const users = await client.listUsers({ signal });
  const rows = users.map((each) => [
    each.login ?? '(identity provider)',
    each.name,
    each.disabled ? 'disabled' : 'active',
    each.secondFactor ? 'yes' : 'no',
    each.id,
  ]);
  const text = renderTable(['login', 'name', 'state', 'second factor', 'id'], rows, terminal);
  return { text, data: users };
}

function tellPassword({ user, password }: UserWithPassword): Outcome {
  const text = `${user.name} signs in as ${user.login} with this password, which works once:\n\n  ${password}\n\nIt is not shown again.`;
  return { text, data: { user, password } };
}

async function create(
  { client, signal }: Session,
  login: string,
  options: { readonly name?: string; readonly role?: RoleName },
): Promise<Outcome> {
  const { name = login, role } = options;
  return tellPassword(await client.createUser({ login, name, ...(role ? { role } : {}) }, { signal }));
}

async function setDisabled(session: Session, who: string, disabled: boolean): Promise<Outcome> {
  const { client, signal } = session;
  const user = await client.setUserDisabled(await findUser(session, who), disabled, { signal });
  const text = disabled
    ? `${user.name} can do nothing any more, with whatever session or token.`
    : `${user.name} may sign in again.`;
  return { text, data: user };
}

async function reset(
  session: Session,
  who: string,
  options: { readonly removeSecondFactor?: true },
): Promise<Outcome> {
  const { client, signal } = session;
  const id = await findUser(session, who);
  return tellPassword(await client.resetPassword(id, options.removeSecondFactor ?? false, { signal }));
}

export function addUserCommands(program: Command, run: Runner): void {
  const users = program.command('user').description('people who may sign in');
  users
    .command('list')
    .description('everybody who may sign in to this installation')
    .action(run((session) => list(session)));
  users
    .command('create')
    .description('make a local account with a password that works once')
    .argument('<login>', 'small letters, digits and . _ @ + -')
    .option('--name <name>', 'what people call them; the login where none is given')
    .addOption(
      new Option('--role <role>', 'makes them a member of this workspace').choices([
        ...['viewer', 'analyst', 'author', 'reviewer', 'operator', 'administrator', 'auditor'],
      ]),
    )
    .action(
      run((session, login: string, options: { name?: string; role?: RoleName }) =>
        create(session, login, options),
      ),
    );
  users
    .command('disable')
    .description('end all that somebody can do; nothing of theirs is removed')
    .argument('<login>', 'login or id')
    .action(run((session, who: string) => setDisabled(session, who, true)));
  users
    .command('enable')
    .description('let somebody in again')
    .argument('<login>', 'login or id')
    .action(run((session, who: string) => setDisabled(session, who, false)));
  users
    .command('reset-password')
    .description('a new password that works once; ends all sessions')
    .argument('<login>', 'login or id')
    .option('--remove-second-factor', 'where the phone is lost')
    .action(
      run((session, who: string, options: { removeSecondFactor?: true }) => reset(session, who, options)),
    );
}
