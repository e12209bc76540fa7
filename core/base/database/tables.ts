import type { ColumnType, Generated } from 'kysely';

/** Rows as they stand in Postgres. `bytea` columns named so hold sealed JSON documents. */
type Time = ColumnType<Date, Date | undefined, Date>;
type Wide = ColumnType<string, number | bigint, number | bigint>;
type Json = ColumnType<unknown, string, string>;

export interface Tables {
  'assay.workspace': { id: string; name: string; created_at: Time };
  'assay.principal': { id: string; kind: 'user' | 'service' | 'system'; name: string; created_at: Time };
  'assay.membership': { workspace_id: string; principal_id: string; role: string };
  'assay.workspace_key': { workspace_id: string; version: number; wrapped: Json; created_at: Time };
  'assay.token': {
    id: string;
    workspace_id: string;
    principal_id: string;
    kind: 'start' | 'api';
    name: string;
    mac: Buffer;
    created_at: Time;
    expires_at: Date;
    used_at: Date | null;
    revoked_at: Date | null;
  };
  'assay.audit_record': {
    seq: Generated<string>;
    workspace_id: string;
    at: Time;
    principal_id: string;
    action: string;
    subject_kind: string;
    subject_id: string;
    outcome: 'allowed' | 'refused' | 'succeeded' | 'failed';
    request_id: string;
    detail: Json;
  };
  'assay.artifact': {
    workspace_id: string;
    id: string;
    kind: string;
    media_type: string;
    bytes: Wide;
    digest: string;
    wrapped_key: Json;
    created_at: Time;
  };
  'assay.dataset': {
    workspace_id: string;
    id: string;
    name: string;
    media_type: string;
    state: 'received' | 'ready' | 'rejected';
    bytes: Wide;
    digest: string;
    original: string;
    parquet: string | null;
    arrow: string | null;
    profile: Buffer | null;
    reasons: Buffer | null;
    profile_job: string | null;
    received_by: string;
    received_at: Time;
  };
  'assay.job': {
    workspace_id: string;
    id: string;
    principal_id: string;
    tool: string;
    version: string;
    plugin_digest: string;
    seed: number;
    request: Buffer;
    state: Generated<'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled'>;
    attempts: Generated<number>;
    revision: Generated<number>;
    progress: Buffer | null;
    error: Buffer | null;
    runtime: ColumnType<unknown, string | null, string | null>;
    timings: ColumnType<unknown, string | null, string | null>;
    recalled_from: string | null;
    report: string | null;
    result_digest: string | null;
    submitted_at: Time;
    started_at: Date | null;
    finished_at: Date | null;
  };
  'assay.job_input': { workspace_id: string; job_id: string; slot: string; dataset_id: string };
  'assay.worker': { id: string; lock_key: Wide; started_at: Time };
  'assay.run': {
    workspace_id: string;
    id: string;
    job_id: string;
    attempt: number;
    lease: string;
    worker_id: string;
    state: 'starting' | 'running' | 'succeeded' | 'failed' | 'lost' | 'cancelled';
    error_code: string | null;
    started_at: Time;
    finished_at: Date | null;
  };
  'assay.report': {
    workspace_id: string;
    id: string;
    job_id: string;
    document: string;
    html: string | null;
    result_digest: string;
    recall_key: Buffer | null;
    created_at: Time;
  };
  'assay.idempotency': {
    workspace_id: string;
    principal_id: string;
    key: string;
    body_digest: string;
    job_id: string;
    created_at: Time;
  };
}
