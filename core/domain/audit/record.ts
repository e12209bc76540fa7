import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { personCipher } from '../../base/encryption/index.ts';
import type { Deps } from '../deps.ts';
import { macInput } from './leaf.ts';

/** From where somebody acted. The address and the program are a person's, and kept under that person's key. */
export interface Client {
  /** What the caller proved itself with, such as `token:<id>`. */
  readonly id?: string;
  readonly address?: string;
  /** What the caller says of its program (`User-Agent`). */
  readonly agent?: string;
}

/** Who acts, where, and on which request; every `Context` is one. */
export interface Actor {
  readonly workspace: string;
  readonly principal: { readonly id: string; readonly name: string; readonly slot: number | null };
  readonly requestId: string;
  readonly client: Client;
}

export interface Act {
  /** `dataset.receive`, `job.submit`: noun and verb. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly version?: string };
  readonly outcome: 'allowed' | 'refused' | 'succeeded' | 'failed';
  /** Digests of what was there before and after. */
  readonly before?: string;
  readonly after?: string;
  /** Why, in the words of whoever acted; it outlives an erasure, so no person is to be named in it. */
  readonly reason?: string;
  /** Digest of the plugin that was used. */
  readonly plugin?: string;
  /** Identifiers, codes and whole numbers; never a value out of customer data. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** The appliance itself as a principal; the same in every installation. */
export const systemPrincipal = '00000000-0000-4000-8000-000000000000';

export function systemActor(workspace: string, requestId: string): Actor {
  return { workspace, principal: { id: systemPrincipal, name: 'system', slot: null }, requestId, client: {} };
}

/**
 * Writes an audit record in the transaction of the change itself: no record, no change. The record is given a keyed MAC
 * over all that is said here, so that nobody in the database can alter it unseen before it is in the tree; what is known
 * of the person is sealed under that person's key.
 * @throws AssayError `encryption.key_unavailable`, `audit.not_written`
 */
export async function recordAudit(
  deps: Pick<Deps, 'keys'>,
  query: Query,
  actor: Actor,
  act: Act,
): Promise<void> {
  for (const [name, value] of Object.entries(act.detail ?? {}))
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new TypeError(`the detail "${name}" of an audit record must be a whole number`);
  const record = {
    workspace_id: actor.workspace,
    at: new Date(),
    principal_id: actor.principal.id,
    client: actor.client.id ?? null,
    action: act.action,
    subject_kind: act.subject.kind,
    subject_id: act.subject.id,
    subject_version: act.subject.version ?? null,
    before_digest: act.before ?? null,
    after_digest: act.after ?? null,
    reason: act.reason ?? null,
    outcome: act.outcome,
    request_id: actor.requestId,
    plugin_digest: act.plugin ?? null,
    detail: act.detail ?? {},
    personal: sealPersonal(deps, actor),
  };
  const written = await query
    .insertInto('assay.audit_record')
    .values({
      ...record,
      detail: JSON.stringify(record.detail),
      mac: deps.keys.mac('audit', macInput(record)),
    })
    .returning('seq')
    .executeTakeFirst();
  // A rule or trigger in the database can swallow a row without an error.
  if (!written)
    throw new AssayError('audit.not_written', 'The audit record was not taken; nothing was done.');
}

/** Where the sealed part of a record belongs. */
export function personalContext(requestId: string): string {
  return `audit/v1/${requestId}`;
}

function sealPersonal({ keys }: Pick<Deps, 'keys'>, { principal, client, requestId }: Actor): Buffer | null {
  if (principal.slot === null) return null;
  const slotKey = keys.slotKey(principal.slot);
  const known = { name: principal.name, address: client.address ?? null, agent: client.agent ?? null };
  const sealed = personCipher(principal.id, slotKey).seal(
    personalContext(requestId),
    Buffer.from(JSON.stringify(known)),
  );
  slotKey.fill(0);
  return sealed;
}
