import { sql } from 'kysely';
import type { Query } from '../../base/database/index.ts';
import type { DestroyedKey } from '../../base/encryption/index.ts';
import { recordAudit, systemActor } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { forget } from './subject.ts';

interface Revenant {
  readonly workspace: string;
  readonly artifacts: readonly { readonly id: string }[];
}

/** The subject where the database takes it for alive. */
async function findAlive(query: Query, { kind, subject }: DestroyedKey): Promise<Revenant | undefined> {
  if (kind === 'person') {
    const { rows } = await sql<{ workspace: string }>`
      select m.workspace_id as workspace from assay.principal p
        left join assay.membership m on m.principal_id = p.id
       where p.id = ${subject} and p.erased_at is null limit 1`.execute(query);
    return rows[0] && { workspace: rows[0].workspace, artifacts: [] };
  }
  const row = await query
    .selectFrom('assay.dataset')
    .select(['workspace_id', 'key_slot'])
    .where('id', '=', subject)
    .where('state', '<>', 'erased')
    .executeTakeFirst();
  if (!row) return undefined;
  const artifacts = await query
    .selectFrom('assay.artifact')
    .select('id')
    .where('key_slot', '=', row.key_slot)
    .execute();
  return { workspace: row.workspace_id, artifacts };
}

/**
 * Ends every erasure that the keyring knows of and the database does not: an older database was restored, or a commit
 * failed after the key was destroyed. Before anything else of the appliance starts; needs the owner's query.
 * @returns how many
 */
export async function reapplyErasures(deps: Pick<Deps, 'keys'>, query: Query): Promise<number> {
  let ended = 0;
  for (const destroyed of deps.keys.destroyed()) {
    const alive = await findAlive(query, destroyed);
    if (!alive) continue;
    const kind = destroyed.kind === 'person' ? 'person' : 'dataset';
    const found = { slot: destroyed.slot, artifacts: alive.artifacts };
    await forget(query, alive.workspace, { kind, id: destroyed.subject }, found, new Date(destroyed.at));
    if (alive.workspace !== null)
      await recordAudit(deps, query, systemActor(alive.workspace, destroyed.erasure), {
        action: `${kind}.erase-again`,
        subject: { kind, id: destroyed.subject },
        outcome: 'succeeded',
        reason: 'The key was destroyed, and the database did not know of it.',
        detail: { erasure: destroyed.erasure, objects: alive.artifacts.length },
      });
    ended += 1;
  }
  return ended;
}
