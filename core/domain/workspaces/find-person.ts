import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';

/** Somebody who is known already: by the login of a local account, or by the id of the principal. */
export type PersonReference = { readonly login: string } | { readonly principal: string };

/** Needs `withPeople`. @throws AssayError `user.not_found`, also for who is disabled, erased, or no person */
export async function requirePerson(query: Query, reference: PersonReference): Promise<string> {
  const people = query
    .selectFrom('assay.principal as p')
    .leftJoin('assay.account as a', 'a.principal_id', 'p.id')
    .select('p.id')
    .where('p.kind', '=', 'user')
    .where('p.disabled_at', 'is', null)
    .where('p.erased_at', 'is', null);
  const found =
    'login' in reference
      ? people.where('a.login', '=', reference.login.toLowerCase())
      : people.where('p.id', '=', reference.principal);
  const person = await found.executeTakeFirst();
  if (person) return person.id;
  const named = 'login' in reference ? `with the login ${reference.login}` : reference.principal;
  throw new AssayError('user.not_found', `Assay knows nobody ${named} who can sign in.`);
}
