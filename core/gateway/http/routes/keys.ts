import { getKeys, getRotation, rotateKey } from '../../../domain/keys/index.ts';
import { Keys, RotateBody, Rotation, RotationParams } from '../contracts/keys.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

export const getRoute = defineRoute({
  method: 'GET',
  path: '/v1/keys',
  id: 'getKeys',
  summary: 'Where the keys are, and what was rotated last',
  auth: 'token',
  permission: 'keys:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The keys, never their material.', schema: Keys } },
  async handler({ deps, context }) {
    return reply(200, await getKeys(deps, context));
  },
});

export const rotateRoute = defineRoute({
  method: 'POST',
  path: '/v1/keys/rotations',
  id: 'rotateKey',
  summary: 'Makes the next version of a key, and has all that is under older ones wrapped anew',
  auth: 'token',
  permission: 'keys:rotate',
  maxBytes: jsonBytes,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: RotateBody },
  responses: { 202: { description: 'The rotation has begun.', schema: Rotation } },
  async handler({ deps, context, payload }) {
    const body = await rotateKey(deps, context, payload);
    return reply(202, body, { headers: { location: `/v1/keys/rotations/${body.id}` } });
  },
});

export const rotationRoute = defineRoute({
  method: 'GET',
  path: '/v1/keys/rotations/{id}',
  id: 'getRotation',
  summary: 'A rotation: how far it is, and what it could not open',
  auth: 'token',
  permission: 'keys:read',
  maxBytes: 0,
  timeout: quick,
  params: RotationParams,
  missing: ['rotation.not_found', 'rotation'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The rotation.', schema: Rotation } },
  async handler({ deps, context, params }) {
    return reply(200, await getRotation(deps, context, params));
  },
});
