import { Readable } from 'node:stream';
import { exportTrail, getLogKeys, listRecords, proveRecord } from '../../../domain/trail/index.ts';
import { AuditPage, AuditQuery, LogKeys, Proof, ProofParams } from '../contracts/audit.ts';
import { attachment } from '../disposition.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/audit/records',
  id: 'listAuditRecords',
  summary: 'What was done in the workspace, newest first',
  auth: 'token',
  permission: 'audit:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: AuditQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'A page of records.', schema: AuditPage } },
  async handler({ deps, context, query }) {
    return reply(200, await listRecords(deps, context, query));
  },
});

export const exportRoute = defineRoute({
  method: 'GET',
  path: '/v1/audit/export',
  id: 'exportAudit',
  summary: 'The audit trail up to its newest signed head, for a verifier',
  auth: 'token',
  permission: 'audit:read',
  maxBytes: 0,
  timeout: null,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: {
    200: { description: 'Lines of JSON (docs/security/audit-log.md).', mediaType: 'application/x-ndjson' },
  },
  async handler({ deps, context }) {
    const lines = exportTrail(deps, context);
    // What is refused is refused before the answer has begun.
    const first = await lines.next();
    async function* all() {
      if (!first.done) yield first.value;
      yield* lines;
    }
    const headers = { 'content-disposition': attachment('audit.ndjson') };
    return reply(200, Readable.from(all(), { objectMode: false }), {
      mediaType: 'application/x-ndjson',
      headers,
    });
  },
});

export const proofRoute = defineRoute({
  method: 'GET',
  path: '/v1/audit/records/{seq}/proof',
  id: 'proveAuditRecord',
  summary: 'Proof that a record is in the signed tree',
  auth: 'token',
  permission: 'audit:read',
  maxBytes: 0,
  timeout: quick,
  params: ProofParams,
  missing: ['audit.record_not_found', 'audit record'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The proof and the record.', schema: Proof } },
  async handler({ deps, context, params }) {
    return reply(200, await proveRecord(deps, context, { seq: Number(params.seq) }));
  },
});

export const keysRoute = defineRoute({
  method: 'GET',
  path: '/v1/audit/keys',
  id: 'getLogKeys',
  summary: 'The public keys of the audit trail, to be kept by whoever will verify it',
  auth: 'token',
  permission: 'audit:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The keys.', schema: LogKeys } },
  async handler({ deps, context }) {
    return reply(200, await getLogKeys(deps, context));
  },
});
