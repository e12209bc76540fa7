import { erase, getErasure, listErasures } from '../../../domain/erasures/index.ts';
import { EraseBody, Erasure, ErasureList, ErasureParams } from '../contracts/erasures.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

export const eraseRoute = defineRoute({
  method: 'POST',
  path: '/v1/erasures',
  id: 'erase',
  summary: 'Destroys the key of a data set or of a person, for good',
  auth: 'token',
  permission: 'erasures:create',
  maxBytes: jsonBytes,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: EraseBody },
  responses: { 201: { description: 'Erased; the answer holds the certificate.', schema: Erasure } },
  async handler({ deps, context, payload }) {
    const body = await erase(deps, context, payload);
    return reply(201, body, { headers: { location: `/v1/erasures/${body.id}` } });
  },
});

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/erasures',
  id: 'listErasures',
  summary: 'What was erased in the workspace, newest first',
  auth: 'token',
  permission: 'erasures:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'At most 1,000 erasures.', schema: ErasureList } },
  async handler({ deps, context }) {
    return reply(200, await listErasures(deps, context));
  },
});

export const getRoute = defineRoute({
  method: 'GET',
  path: '/v1/erasures/{id}',
  id: 'getErasure',
  summary: 'An erasure with its certificate',
  auth: 'token',
  permission: 'erasures:read',
  maxBytes: 0,
  timeout: quick,
  params: ErasureParams,
  missing: ['erasure.not_found', 'erasure'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The erasure.', schema: Erasure } },
  async handler({ deps, context, params }) {
    return reply(200, await getErasure(deps, context, params));
  },
});
