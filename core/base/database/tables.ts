import type { ColumnType, Generated } from 'kysely';

/** Rows as they stand in Postgres. `bytea` columns named so hold sealed JSON documents. */
type Time = ColumnType<Date, Date | undefined, Date>;
type Wide = ColumnType<string, number | bigint, number | bigint>;
type Limit = ColumnType<string | null, number | null | undefined, number | null>;
type Counter = ColumnType<string, number | undefined, number>;
type Slot = ColumnType<string | null, number | null | undefined, never>;
type Read<T> = ColumnType<T, never, never>;
type Json = ColumnType<unknown, string, string>;

export interface Tables {
  'assay.workspace': { id: string; name: string; home: Generated<boolean>; created_at: Time };
  'assay.principal': {
    id: string;
    kind: 'user' | 'service' | 'system';
    name: string;
    created_at: Time;
    key_slot: ColumnType<string | null, number | null | undefined, number | null>;
    erased_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    disabled_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  'assay.membership': {
    workspace_id: string;
    principal_id: string;
    role: string;
    granted_by: Generated<string>;
  };
  'assay.account': {
    principal_id: string;
    login: string;
    password: string;
    must_change: Generated<boolean>;
    changed_at: Time;
    totp: Buffer | null;
    totp_confirmed: Generated<boolean>;
    totp_step: ColumnType<string, number | undefined, number>;
  };
  'assay.sign_in_attempt': {
    subject: Buffer;
    failures: number;
    locked_until: Date | null;
    last_at: Date;
  };
  'assay.recovery_code': { principal_id: string; mac: Buffer; used_at: Date | null };
  'assay.identity': {
    provider: string;
    subject: Buffer;
    principal_id: string;
    linked_at: Time;
    seen_at: Time;
  };
  'assay.session': {
    id: string;
    mac: Buffer;
    principal_id: string;
    stage: 'code' | 'password' | 'enrol' | 'workspace' | 'open';
    workspace_id: string | null;
    method: string;
    factors: Generated<string[]>;
    personal: Buffer | null;
    signed_in_at: Time;
    seen_at: Time;
    expires_at: Date;
    ended_at: Date | null;
  };
  'assay.oauth_object': {
    model: string;
    id: Buffer;
    payload: Buffer;
    grant_id: Buffer | null;
    alias: Buffer | null;
    expires_at: Date;
    consumed_at: Date | null;
  };
  'assay.oauth_client': {
    id: string;
    kind: 'imported' | 'registered' | 'dynamic';
    metadata: Json;
    workspace_id: string | null;
    principal_id: string | null;
    scopes: string[];
    created_at: Time;
  };
  'assay.workspace_key': { workspace_id: string; version: number; wrapped: Json; created_at: Time };
  'assay.token': {
    id: string;
    workspace_id: string;
    principal_id: string;
    kind: 'start' | 'api' | 'upload';
    name: string;
    mac: Buffer;
    scopes: string[];
    created_at: Time;
    expires_at: Date;
    used_at: Date | null;
    revoked_at: Date | null;
    last_used_at: Date | null;
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
    client: string | null;
    subject_version: string | null;
    before_digest: string | null;
    after_digest: string | null;
    reason: string | null;
    plugin_digest: string | null;
    personal: Buffer | null;
    mac: Buffer;
  };
  'assay.artifact': {
    workspace_id: string;
    id: string;
    kind: string;
    media_type: string;
    bytes: Wide;
    digest: string;
    /** Null once it was erased. */
    wrapped_key: ColumnType<unknown, string, string | null>;
    key_slot: Slot;
    key_version: Read<number | null>;
    created_at: Time;
  };
  'assay.dataset': {
    workspace_id: string;
    id: string;
    name: string;
    media_type: string;
    state: 'received' | 'ready' | 'rejected' | 'erased';
    bytes: Wide;
    digest: string;
    original: string;
    parquet: string | null;
    arrow: string | null;
    profile: Buffer | null;
    reasons: Buffer | null;
    /** The job that made it; null where it was uploaded. */
    made_by_job: ColumnType<string | null, string | undefined, never>;
    profile_job: string | null;
    received_by: string;
    received_at: Time;
    key_slot: Slot;
    key_version: Read<number | null>;
    erased_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  'assay.job': {
    workspace_id: string;
    id: string;
    principal_id: string;
    tool: string;
    version: string;
    plugin_digest: string;
    seed: number;
    /** -1 low, 0 normal, 1 high. */
    priority: Generated<number>;
    /** Data sets that it made. */
    made: ColumnType<string[] | null, never, string[]>;
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
    key_version: Read<number | null>;
    submitted_at: Time;
    started_at: Date | null;
    finished_at: Date | null;
  };
  'assay.job_input': { workspace_id: string; job_id: string; slot: string; dataset_id: string };
  'assay.quota': {
    workspace_id: string;
    /** Null: the default of the installation. */
    jobs_limit: Limit;
    cpu_limit: Limit;
    bytes_limit: Limit;
    jobs_reserved: Counter;
    cpu_used: Counter;
    cpu_reserved: Counter;
    period: Time;
    bytes_used: Counter;
    bytes_reserved: Counter;
    next_place: Counter;
  };
  'assay.plugin_pin': {
    workspace_id: string;
    plugin: string;
    version: string;
    principal_id: string;
    pinned_at: Time;
  };
  'assay.plugin_grant': {
    workspace_id: string;
    plugin: string;
    version: string;
    granted: Json;
    principal_id: string;
    granted_at: Time;
  };
  'assay.tool_phrase': {
    plugin_digest: string;
    tool: string;
    kind: 'name' | 'title' | 'question' | 'use' | 'example' | 'synonym';
    phrase: string;
  };
  'assay.reservation': {
    workspace_id: string;
    subject: string;
    jobs: Wide;
    cpu: Wide;
    bytes: Wide;
    place: number;
    passed: Generated<number>;
    created_at: Time;
    renewed_at: Date | null;
  };
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
  'assay.erasure': {
    workspace_id: string;
    id: string;
    subject_kind: 'dataset' | 'person';
    subject_id: string;
    key_slot: Slot;
    objects: number;
    reason: string;
    requested_by: string;
    destroyed_at: Date;
    irrecoverable_from: Date;
    certificate: string;
  };
  'assay.rotation': {
    workspace_id: string;
    id: string;
    key: 'root' | 'workspace';
    from_version: number;
    to_version: number;
    state: Generated<'running' | 'done'>;
    total: Generated<number>;
    rewrapped: Generated<number>;
    failed: Generated<number>;
    failures: ColumnType<unknown, string | undefined, string>;
    requested_by: string;
    started_at: Time;
    finished_at: Date | null;
  };
  'assay.audit_leaf': {
    index: Wide;
    seq: Wide;
    hash: Buffer;
    tag: Buffer;
    genuine: boolean;
    signature: Buffer;
  };
  'assay.audit_node': { level: number; index: Wide; hash: Buffer };
  'assay.audit_checkpoint': { size: Wide; note: string; signed_at: Time };
  'assay.audit_waiting': { seq: Wide };
  'assay.audit_anchor': { sink: string; size: Wide };
  'assay.rate_limit': { key: string; points: number; expire: Wide | null };
}
