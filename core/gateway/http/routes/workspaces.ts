import { createWorkspace, listWorkspaces, renameWorkspace } from '../../../domain/workspaces/index.ts';
import {
  RenameBody,
  Workspace,
  WorkspaceBody,
  WorkspaceList,
  WorkspaceParams,
} from '../contracts/workspaces.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/workspaces',
  id: 'listWorkspaces',
  summary: 'The workspaces that the caller is a member of',
  auth: 'token',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The workspaces.', schema: WorkspaceList } },
  async handler({ deps, context }) {
    return reply(200, await listWorkspaces(deps, context));
  },
});

export const createRoute = defineRoute({
  method: 'POST',
  path: '/v1/workspaces',
  id: 'createWorkspace',
  summary: 'Makes a workspace with a key and an administrator of its own',
  auth: 'token',
  permission: 'workspaces:create',
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: WorkspaceBody },
  responses: { 201: { description: 'The workspace.', schema: Workspace } },
  async handler({ deps, context, payload }) {
    return reply(201, await createWorkspace(deps, context, payload));
  },
});

export const renameRoute = defineRoute({
  method: 'POST',
  path: '/v1/workspaces/{id}',
  id: 'renameWorkspace',
  summary: "Gives the caller's workspace another name",
  auth: 'token',
  permission: 'members:write',
  maxBytes: 4096,
  timeout: quick,
  params: WorkspaceParams,
  missing: ['workspace.not_found', 'workspace'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: RenameBody },
  responses: { 200: { description: 'The workspace with the new name.', schema: Workspace } },
  async handler({ deps, context, params, payload }) {
    return reply(200, await renameWorkspace(deps, context, { ...params, ...payload }));
  },
});
