import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { connect, type PreparedDatabase, prepareDatabase, type Query } from './base/database/index.ts';
import { type KeySource, newSlot } from './base/encryption/index.ts';
import { prepareQueue } from './base/queue/index.ts';
import { recordAudit, systemActor } from './domain/audit/index.ts';
import { reapplyErasures } from './domain/erasures/index.ts';
import { issueToken } from './domain/identity/index.ts';
import { keepPlacesSmall } from './domain/quotas/index.ts';
import { foundWorkspace } from './domain/workspaces/index.ts';
import { type KeySettings, prepareKeys } from './keys.ts';

export interface Prepared extends PreparedDatabase {
  /** One-time token that signs the first administrator in; a new one each start, and older ones end. */
  readonly startToken: string;
  /** A token for the few minutes in which the supervisor runs the first analysis. */
  readonly setupToken: string;
  /** Erasures that an older database had forgotten, and that were ended again. */
  readonly erasedAgain: number;
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

interface Administrator {
  readonly workspace_id: string;
  readonly principal_id: string;
}

/** The first administrator, who is made with the first workspace. */
async function administratorOf(query: Query, keys: KeySource): Promise<Administrator> {
  const known = await query
    .selectFrom('assay.membership')
    .select(['workspace_id', 'principal_id'])
    .where('role', '=', 'administrator')
    .executeTakeFirst();
  if (known) return known;
  const admin = { workspace_id: randomUUID(), principal_id: randomUUID() };
  await foundWorkspace(query, keys, { id: admin.workspace_id, name: 'default', home: true });
  await query
    .insertInto('assay.principal')
    .values({ id: admin.principal_id, kind: 'user', name: 'administrator', key_slot: newSlot() })
    .execute();
  await query
    .insertInto('assay.membership')
    .values({ ...admin, role: 'administrator' })
    .execute();
  await recordAudit({ keys }, query, systemActor(admin.workspace_id, randomUUID()), {
    action: 'workspace.create',
    subject: { kind: 'workspace', id: admin.workspace_id },
    outcome: 'succeeded',
    detail: { administrator: admin.principal_id },
  });
  return admin;
}

/** New tokens of this start; those of earlier ones that nobody used end. */
async function issueTokens(query: Query, keys: KeySource, admin: Administrator) {
  await query
    .updateTable('assay.token')
    .set({ revoked_at: new Date() })
    .where('kind', '=', 'start')
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  const of = { workspace: admin.workspace_id, principal: admin.principal_id };
  const startToken = await issueToken(query, keys, {
    ...of,
    kind: 'start',
    name: 'printed at start',
    expires: new Date(Date.now() + startTokenHours * 3_600_000),
  });
  const setupToken = await issueToken(query, keys, {
    ...of,
    kind: 'api',
    name: 'first analysis',
    expires: new Date(Date.now() + setupTokenMinutes * 60_000),
  });
  await recordAudit({ keys }, query, systemActor(admin.workspace_id, randomUUID()), {
    action: 'token.issue',
    subject: { kind: 'principal', id: admin.principal_id },
    outcome: 'succeeded',
    detail: { kinds: 'start, first analysis' },
  });
  return { startToken, setupToken };
}

/**
 * Everything that must be there before the parts start: keyring, tables, roles, the first workspace and its
 * administrator; and what was erased stays erased, also in an older database. Safe to call at every start. Needs the
 * database owner, whom no part ever gets.
 */
export async function prepareAppliance(options: { ownerUrl: string; keys: KeySettings }): Promise<Prepared> {
  const { ownerUrl } = options;
  const keys = await prepareKeys(options.keys, await exists(options.keys.file));
  try {
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
        const erasedAgain = await reapplyErasures({ keys }, query);
        await keepPlacesSmall(query);
        const tokens = await issueTokens(query, keys, await administratorOf(query, keys));
        return { ...urls, ...tokens, erasedAgain };
      });
    } finally {
      await database.close();
    }
  } finally {
    await keys.close();
  }
}
