import {
  changePlugin,
  givePackage,
  grantPlugin,
  importRevocations,
  installPlugin,
  listChanges,
  listGrants,
  listPins,
  listPlugins,
  pinPlugin,
  removePlugin,
  unpinPlugin,
  withdrawGrant,
} from '../../../domain/plugins/index.ts';
import {
  Changes,
  ChangesQuery,
  Grant,
  GrantList,
  NewGrant,
  NewPin,
  Package,
  Pin,
  PinList,
  Plugin,
  PluginChange,
  PluginList,
  PluginNameParams,
  PluginParams,
  packageBytes,
  Receipt,
  RevocationList,
  Revoked,
} from '../contracts/plugins.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

/** Every schema of a package may take its two seconds, and every part is told. */
const installing = 120_000;

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/plugins',
  id: 'listPlugins',
  summary: 'The plugins that were found, also those in quarantine and why',
  auth: 'token',
  permission: 'plugins:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The plugins.', schema: PluginList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listPlugins(deps, context) });
  },
});

export const installRoute = defineRoute({
  method: 'POST',
  path: '/v1/plugins',
  id: 'installPlugin',
  summary: 'Installs a signed package; its tools are in every catalogue from then on',
  auth: 'token',
  permission: 'plugins:write',
  maxBytes: packageBytes,
  timeout: installing,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: Package },
  responses: { 201: { description: 'The receipt.', schema: Receipt } },
  async handler({ deps, context, payload }) {
    return reply(201, await installPlugin(deps, context, payload));
  },
});

export const changeRoute = defineRoute({
  method: 'POST',
  path: '/v1/plugins/{plugin}/{version}',
  id: 'changePlugin',
  summary: 'Disables or deprecates a version, or takes that back',
  auth: 'token',
  permission: 'plugins:write',
  maxBytes: jsonBytes,
  timeout: installing,
  params: PluginParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: PluginChange },
  responses: { 200: { description: 'The version.', schema: Plugin } },
  async handler({ deps, context, params, payload }) {
    const { plugin: name, version } = params;
    return reply(200, await changePlugin(deps, context, { name, version, ...payload }));
  },
});

export const removeRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/plugins/{plugin}/{version}',
  id: 'removePlugin',
  summary: 'Takes a version away, where no job needs it',
  auth: 'token',
  permission: 'plugins:write',
  maxBytes: 0,
  timeout: installing,
  params: PluginParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 204: { description: 'It is gone.', mediaType: 'application/json' } },
  async handler({ deps, context, params }) {
    const { plugin: name, version } = params;
    await removePlugin(deps, context, { name, version });
    return reply(204, '');
  },
});

export const revokeRoute = defineRoute({
  method: 'POST',
  path: '/v1/plugins/revocations',
  id: 'importRevocations',
  summary: 'Imports a signed list of what is revoked; it holds at once',
  auth: 'token',
  permission: 'plugins:write',
  maxBytes: packageBytes,
  timeout: installing,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: RevocationList },
  responses: { 200: { description: 'It is in force.', schema: Revoked } },
  async handler({ deps, context, payload }) {
    return reply(200, await importRevocations(deps, context, payload));
  },
});

export const pinsRoute = defineRoute({
  method: 'GET',
  path: '/v1/pins',
  id: 'listPins',
  summary: 'Versions of plugins that the workspace is pinned to',
  auth: 'token',
  permission: 'plugins:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The pins.', schema: PinList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listPins(deps, context) });
  },
});

export const pinRoute = defineRoute({
  method: 'POST',
  path: '/v1/pins/{plugin}',
  id: 'pinPlugin',
  summary: 'Fixes which version of a plugin the workspace means where a call names none',
  auth: 'token',
  permission: 'plugins:pin',
  maxBytes: jsonBytes,
  timeout: quick,
  params: PluginNameParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: NewPin },
  responses: { 200: { description: 'The pin.', schema: Pin } },
  async handler({ deps, context, params, payload }) {
    return reply(200, await pinPlugin(deps, context, { ...params, ...payload }));
  },
});

export const unpinRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/pins/{plugin}',
  id: 'unpinPlugin',
  summary: 'Takes a pin back: the newest version is meant again',
  auth: 'token',
  permission: 'plugins:pin',
  maxBytes: 0,
  timeout: quick,
  params: PluginNameParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 204: { description: 'It is gone.', mediaType: 'application/json' } },
  async handler({ deps, context, params }) {
    await unpinPlugin(deps, context, params);
    return reply(204, '');
  },
});

export const grantsRoute = defineRoute({
  method: 'GET',
  path: '/v1/grants',
  id: 'listGrants',
  summary: 'What the workspace lets plugins of publishers have',
  auth: 'token',
  permission: 'plugins:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The grants.', schema: GrantList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listGrants(deps, context) });
  },
});

export const grantRoute = defineRoute({
  method: 'POST',
  path: '/v1/grants/{plugin}',
  id: 'grantPlugin',
  summary: 'Lets a plugin have in this workspace what a version of it asks for',
  auth: 'token',
  permission: 'plugins:grant',
  maxBytes: jsonBytes,
  timeout: quick,
  params: PluginNameParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: NewGrant },
  responses: { 200: { description: 'The grant.', schema: Grant } },
  async handler({ deps, context, params, payload }) {
    return reply(200, await grantPlugin(deps, context, { name: params.plugin, version: payload.version }));
  },
});

export const withdrawRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/grants/{plugin}',
  id: 'withdrawGrant',
  summary: 'Takes a grant back: the plugin takes no job of this workspace any more',
  auth: 'token',
  permission: 'plugins:grant',
  maxBytes: 0,
  timeout: quick,
  params: PluginNameParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 204: { description: 'It is gone.', mediaType: 'application/json' } },
  async handler({ deps, context, params }) {
    await withdrawGrant(deps, context, params);
    return reply(204, '');
  },
});

export const changesRoute = defineRoute({
  method: 'GET',
  path: '/v1/plugins/{plugin}/{version}/changes',
  id: 'listChanges',
  summary: 'What a version changes, by its manifest: what it asks for, inputs, parameters, output, texts',
  auth: 'token',
  permission: 'plugins:read',
  maxBytes: 0,
  timeout: quick,
  params: PluginParams,
  missing: ['plugin.not_found', 'plugin'],
  query: ChangesQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The changes.', schema: Changes } },
  async handler({ deps, context, params, query }) {
    const { plugin: name, version } = params;
    return reply(200, await listChanges(deps, context, { name, version, ...query }));
  },
});

export const packageRoute = defineRoute({
  method: 'GET',
  path: '/v1/plugins/{plugin}/{version}/package',
  id: 'getPackage',
  summary: 'The package of an installed version with its signatures, as it came',
  auth: 'token',
  permission: 'plugins:read',
  maxBytes: 0,
  timeout: installing,
  params: PluginParams,
  missing: ['plugin.not_found', 'plugin'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The package.', schema: Package } },
  async handler({ deps, context, params }) {
    const { plugin: name, version } = params;
    return reply(200, await givePackage(deps, context, { name, version }));
  },
});
