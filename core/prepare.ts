import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { connect, type PreparedDatabase, prepareDatabase } from './base/database/index.ts';
import { createKeyring, openKeyring } from './base/encryption/index.ts';
import { prepareQueue } from './base/queue/index.ts';
import { issueToken } from './domain/identity/index.ts';
import { createWorkspace } from './domain/workspaces/index.ts';

export interface Prepared extends PreparedDatabase {
  /** One-time token that signs the first administrator in; a new one each start, and older ones end. */
  readonly startToken: string;
  /** A token for the few minutes in which the supervisor runs the first analysis. */
  readonly setupToken: string;
}

const startTokenHours = 24;
const setupTokenMinutes = 10;

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Everything that must be there before the parts start: keyring, tables, roles, the first workspace and its
 * administrator. Safe to call at every start. Needs the database owner, whom no part ever gets.
 */
export async function prepareAppliance(options: {
  ownerUrl: string;
  keyringFile: string;
}): Promise<Prepared> {
  const { ownerUrl, keyringFile } = options;
  const keys = (await exists(keyringFile))
    ? await openKeyring({ file: keyringFile })
    : await createKeyring({ file: keyringFile });
  const urls = await prepareDatabase({ ownerUrl, also: prepareQueue });
  const database = connect({
    url: ownerUrl,
    poolSize: 1,
    applicationName: 'assay prepare',
    onError: (error) => {
      throw error;
    },
  });
  try {
    return await database.withoutWorkspace(async (query) => {
      let admin = await query
        .selectFrom('assay.membership')
        .select(['workspace_id', 'principal_id'])
        .where('role', '=', 'administrator')
        .executeTakeFirst();
      if (!admin) {
        admin = { workspace_id: randomUUID(), principal_id: randomUUID() };
        await createWorkspace(query, keys, { id: admin.workspace_id, name: 'default' });
        await query
          .insertInto('assay.principal')
          .values({ id: admin.principal_id, kind: 'user', name: 'administrator' })
          .execute();
        await query
          .insertInto('assay.membership')
          .values({ ...admin, role: 'administrator' })
          .execute();
      }
      await query
        .updateTable('assay.token')
        .set({ revoked_at: new Date() })
        .where('kind', '=', 'start')
        .where('used_at', 'is', null)
        .where('revoked_at', 'is', null)
        .execute();
      const startToken = await issueToken(query, keys, {
        workspace: admin.workspace_id,
        principal: admin.principal_id,
        kind: 'start',
        name: 'printed at start',
        expires: new Date(Date.now() + startTokenHours * 3_600_000),
      });
      const setupToken = await issueToken(query, keys, {
        workspace: admin.workspace_id,
        principal: admin.principal_id,
        kind: 'api',
        name: 'first analysis',
        expires: new Date(Date.now() + setupTokenMinutes * 60_000),
      });
      return { ...urls, startToken, setupToken };
    });
  } finally {
    await database.close();
  }
}
