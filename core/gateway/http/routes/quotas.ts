import { listQuotas, setQuota } from '../../../domain/quotas/index.ts';
import { QuotaList, SetQuotaBody, SetQuotaParams } from '../contracts/quotas.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/quotas',
  id: 'listQuotas',
  summary: 'What the workspace may use, has used, and holds',
  auth: 'token',
  permission: 'quotas:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'One of each resource.', schema: QuotaList } },
  async handler({ deps, context }) {
    return reply(200, await listQuotas(deps, context));
  },
});

export const setRoute = defineRoute({
  method: 'POST',
  path: '/v1/workspaces/{id}/quotas',
  id: 'setQuota',
  summary: 'Sets a quota of any workspace; from the home workspace alone',
  auth: 'token',
  permission: 'quotas:write',
  maxBytes: jsonBytes,
  timeout: quick,
  params: SetQuotaParams,
  missing: ['workspace.not_found', 'workspace'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: SetQuotaBody },
  responses: { 200: { description: 'The quotas of that workspace as they are now.', schema: QuotaList } },
  async handler({ deps, context, params, payload }) {
    return reply(200, await setQuota(deps, context, { workspace: params.id, ...payload }));
  },
});
