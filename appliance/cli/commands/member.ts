import type { Member, MemberRequest, RoleName } from '@assay/client';
import { Argument, type Command, Option } from 'commander';
import { isId } from '../find.ts';
import { findMember } from '../member.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

const roles: readonly RoleName[] = [
  'viewer',
  'analyst',
  'author',
  'reviewer',
  'operator',
  'administrator',
  'auditor',
];

function renderMembers(members: readonly Member[], { terminal }: Session): string {
  const rows = members.map((m) => [
    m.id.slice(0, 8),
    m.name,
    m.kind,
    m.role,
    m.grantedBy,
    m.disabled ? 'disabled' : '',
  ]);
  return renderTable(['id', 'name', 'kind', 'role', 'given by', ''], rows, terminal);
}

async function list(session: Session): Promise<Outcome> {
  const items = await session.client.listMembers({ signal: session.signal });
  return { text: renderMembers(items, session), data: items };
}

/** A login, or the id of a principal. */
export function personOf(reference: string): MemberRequest['person'] {
  return isId(reference) ? { principal: reference } : { login: reference };
}

interface RoleOption {
  readonly role: RoleName;
}

async function add({ client, signal }: Session, who: string, { role }: RoleOption): Promise<Outcome> {
  const member = await client.addMember({ person: personOf(who), role }, { signal });
  return { text: `${member.name} is ${member.role} now.`, data: member };
}

async function addService({ client, signal }: Session, name: string, { role }: RoleOption): Promise<Outcome> {
  const member = await client.createService(name, role, { signal });
  const next = `assay token create NAME --service ${member.id.slice(0, 8)}`;
  return { text: `The service ${member.name} is ${member.role} now. Its tokens: ${next}`, data: member };
}

async function setRole(session: Session, reference: string, role: RoleName): Promise<Outcome> {
  const { id } = await findMember(session, reference);
  const member = await session.client.changeRole(id, role, { signal: session.signal });
  return { text: `${member.name} is ${member.role} now.`, data: member };
}

async function remove(session: Session, reference: string): Promise<Outcome> {
  const { id } = await findMember(session, reference);
  const member = await session.client.removeMember(id, { signal: session.signal });
  return { text: `${member.name} is no member any more; the tokens for this workspace ended.`, data: member };
}

async function listRoles({ client, signal, terminal }: Session): Promise<Outcome> {
  const items = await client.listRoles({ signal });
  const rows = items.map(({ name, permissions, home }) => [
    name,
    permissions.length,
    permissions.join(' '),
    home.join(' '),
  ]);
  return { text: renderTable(['role', 'permissions', 'which', 'in home too'], rows, terminal), data: items };
}

const roleOption = () => new Option('--role <role>', 'as what').choices(roles).makeOptionMandatory();
const memberWords = 'id, the beginning of one, or name';

export function addMemberCommands(program: Command, run: Runner): void {
  const member = program.command('member').description('people and services with a role in this workspace');
  member
    .command('list')
    .description('by name')
    .action(run((session) => list(session)));
  member
    .command('add')
    .description('give somebody whom Assay knows a role here')
    .argument('<person>', 'login of a local account, or id of the principal')
    .addOption(roleOption())
    .action(run((session, who: string, options: RoleOption) => add(session, who, options)));
  member
    .command('add-service')
    .description('make a member that is a program')
    .argument('<name>', 'what it is')
    .addOption(roleOption())
    .action(run((session, name: string, options: RoleOption) => addService(session, name, options)));
  member
    .command('set-role')
    .description('give a member another role; it counts within a second')
    .argument('<member>', memberWords)
    .addArgument(new Argument('<role>', 'as in "assay role list"').choices(roles))
    .action(run((session, reference: string, role: RoleName) => setRole(session, reference, role)));
  member
    .command('remove')
    .description('take a member out, with the tokens for this workspace')
    .argument('<member>', memberWords)
    .action(run((session, reference: string) => remove(session, reference)));
  program
    .command('role')
    .description('what somebody can be')
    .command('list')
    .description('the roles, and what each permits')
    .action(run((session) => listRoles(session)));
}
