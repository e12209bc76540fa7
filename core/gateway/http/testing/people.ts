import { randomUUID } from 'node:crypto';
import { connect } from '../../../base/database/index.ts';
import { newSlot, openKeyring } from '../../../base/encryption/index.ts';
import type { GrantedRole } from '../../../domain/access/index.ts';
import { issueToken, startSession } from '../../../domain/identity/index.ts';
import { foundWorkspace } from '../../../domain/workspaces/index.ts';
import { testAccess } from '../../../testing/installation.ts';
import type { Gateway } from './gateway.ts';

export interface Person {
  readonly principal: string;
  readonly workspace: string;
  /** The secret of an open session of theirs. */
  readonly session: string;
  /** An API token of theirs for all that they may do. */
  readonly token: string;
}

/** Somebody who is a member of a workspace already: of the home workspace, or of one made for them. */
export async function addPerson(
  gateway: Pick<Gateway, 'ownerUrl' | 'keyringFile'>,
  { role, workspace = 'home' }: { readonly role: GrantedRole; readonly workspace?: string },
): Promise<Person> {
  const keys = await openKeyring({ file: gateway.keyringFile });
  const database = connect({
    url: gateway.ownerUrl,
    poolSize: 1,
    applicationName: 'test',
    onError: (error) => {
      throw error;
    },
  });
  try {
    return await database.withoutWorkspace(async (query) => {
      const known = query.selectFrom('assay.workspace').select('id');
      const found = await (workspace === 'home'
        ? known.where('home', '=', true)
        : known.where('name', '=', workspace)
      ).executeTakeFirst();
      const id = found?.id ?? randomUUID();
      if (!found) await foundWorkspace(query, keys, { id, name: workspace });
      const [principal, slot] = [randomUUID(), newSlot()];
      const person = {
        id: principal,
        kind: 'user' as const,
        name: `${role} of ${workspace}`,
        key_slot: slot,
      };
      await query.insertInto('assay.principal').values(person).execute();
      await query
        .insertInto('assay.membership')
        .values({ workspace_id: id, principal_id: principal, role })
        .execute();
      const session = await startSession({ keys, access: testAccess }, query, {
        principal: { id: principal, slot },
        stage: 'open',
        workspace: id,
        method: 'local',
        factors: ['pwd'],
        client: {},
      });
      const expires = new Date(Date.now() + 3_600_000);
      const token = await issueToken(query, keys, {
        ...{ workspace: id, principal, kind: 'api', name: 'test', expires },
      });
      return { principal, workspace: id, session: session.text, token };
    });
  } finally {
    await database.close();
    await keys.close();
  }
}
