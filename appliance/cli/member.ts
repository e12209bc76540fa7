import type { Member } from '@assay/client';
import { RefusedError } from './exit.ts';
import { findId } from './find.ts';
import type { Session } from './session.ts';

/** The member that is meant by an id, the beginning of one, or a name. @throws RefusedError, UsageError */
export async function findMember({ client, signal }: Session, reference: string): Promise<Member> {
  const items = await client.listMembers({ signal });
  if (items.filter(({ name }) => name === reference).length > 1)
    throw new RefusedError(`Several members are called "${reference}"; give the id of one.`);
  const id = await findId('member', reference, async () => ({ items }));
  const member = items.find((each) => each.id === id);
  if (member) return member;
  throw new RefusedError(`There is no member "${reference}". "assay member list" shows who there is.`);
}
