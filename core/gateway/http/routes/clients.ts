import { importClient, listClients, registerClient, removeClient } from '../../../domain/identity/index.ts';
import { Client, ClientDocument, ClientList, ClientParams, NewClient } from '../contracts/clients.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/clients',
  id: 'listClients',
  summary: 'OAuth clients that were imported or registered',
  auth: 'token',
  permission: 'clients:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The clients.', schema: ClientList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listClients(deps, context) });
  },
});

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/v1/clients',
  id: 'registerClient',
  summary: 'Registers a program that acts for itself with a key of its own (client credentials)',
  auth: 'token',
  permission: 'clients:write',
  maxBytes: jsonBytes,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: NewClient },
  responses: { 201: { description: 'It is known from now on.', schema: Client } },
  async handler({ deps, context, payload }) {
    return reply(201, await registerClient(deps, context, payload));
  },
});

export const importRoute = defineRoute({
  method: 'POST',
  path: '/v1/clients/imports',
  id: 'importClient',
  summary: 'Imports the metadata document of a client, where it cannot be fetched',
  auth: 'token',
  permission: 'clients:write',
  maxBytes: 65_536,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: ClientDocument },
  responses: { 201: { description: 'It is known from now on.', schema: Client } },
  async handler({ deps, context, payload }) {
    return reply(201, await importClient(deps, context, payload));
  },
});

export const removeRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/clients/{id}',
  id: 'removeClient',
  summary: 'Forgets a client; what it was given ends within a second',
  auth: 'token',
  permission: 'clients:write',
  maxBytes: 0,
  timeout: quick,
  params: ClientParams,
  missing: ['client.not_found', 'client'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 204: { description: 'It is forgotten.', mediaType: 'application/json' } },
  async handler({ deps, context, params }) {
    await removeClient(deps, context, params);
    return reply(204, '');
  },
});
