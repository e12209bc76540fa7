import type { Selectable } from 'kysely';
import type { Tables } from '../../base/database/index.ts';
import { recordBytes } from '../../base/transparency/index.ts';
import type { Deps } from '../deps.ts';

export type AuditRow = Selectable<Tables['assay.audit_record']>;

/** What a record says, without the place that the database gave it and without its MAC. */
export type Said = Omit<AuditRow, 'seq' | 'mac'>;

/** A record as it is shown, exported and hashed: strings, whole numbers, truth values, null and objects of them. */
export interface AuditDocument {
  readonly v: 1;
  readonly at: string;
  readonly workspace: string;
  readonly principal: string;
  readonly client: string | null;
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly version: string | null };
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly outcome: AuditRow['outcome'];
  readonly requestId: string;
  readonly plugin: string | null;
  readonly detail: object;
  /** base64 of what is sealed under the person's key. */
  readonly personal: string | null;
}

function documentOf(said: Said): AuditDocument {
  return {
    v: 1,
    at: said.at.toISOString(),
    workspace: said.workspace_id,
    principal: said.principal_id,
    client: said.client,
    action: said.action,
    subject: { kind: said.subject_kind, id: said.subject_id, version: said.subject_version },
    before: said.before_digest,
    after: said.after_digest,
    reason: said.reason,
    outcome: said.outcome,
    requestId: said.request_id,
    plugin: said.plugin_digest,
    detail: said.detail as object,
    personal: said.personal?.toString('base64') ?? null,
  };
}

/** What the keyed MAC of a record is taken over: the canonical JSON (RFC 8785) of all that it says. */
export function macInput(said: Said): Buffer {
  return recordBytes({ ...documentOf(said) });
}

/** The whole record with its number and its MAC: its canonical JSON is what a leaf of the tree is the hash of. */
export function leafDocument(row: AuditRow): AuditDocument & { readonly seq: number; readonly mac: string } {
  return { ...documentOf(row), seq: Number(row.seq), mac: row.mac.toString('base64') };
}

/** True where the MAC is the one that whoever wrote the record gave it. */
export function isGenuine({ keys }: Pick<Deps, 'keys'>, row: AuditRow): boolean {
  return keys.mac('audit', macInput(row)).equals(row.mac);
}

/** By which the leaves of a workspace are recognised among all others (`leafTag`). */
export function tagKeyOf({ keys }: Pick<Deps, 'keys'>, workspace: string): Buffer {
  return keys.mac('audit-tag', workspace);
}

export function leafBytes(row: AuditRow): Buffer {
  return recordBytes({ ...leafDocument(row) });
}
