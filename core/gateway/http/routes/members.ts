import { listRoles } from '../../../domain/access/index.ts';
import {
  addMember,
  changeRole,
  createService,
  listMembers,
  removeMember,
} from '../../../domain/workspaces/index.ts';
import {
  Member,
  MemberBody,
  MemberList,
  MemberParams,
  RoleBody,
  RoleList,
  ServiceBody,
} from '../contracts/members.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/members',
  id: 'listMembers',
  summary: 'People and services with a role in the workspace',
  auth: 'token',
  permission: 'members:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The members.', schema: MemberList } },
  async handler({ deps, context }) {
    return reply(200, await listMembers(deps, context));
  },
});

export const addRoute = defineRoute({
  method: 'POST',
  path: '/v1/members',
  id: 'addMember',
  summary: 'Gives somebody whom Assay knows a role in the workspace',
  auth: 'token',
  permission: 'members:write',
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: MemberBody },
  responses: { 201: { description: 'A member now.', schema: Member } },
  async handler({ deps, context, payload }) {
    return reply(201, await addMember(deps, context, payload));
  },
});

export const changeRoute = defineRoute({
  method: 'POST',
  path: '/v1/members/{id}',
  id: 'changeRole',
  summary: 'Gives a member another role',
  auth: 'token',
  permission: 'members:write',
  maxBytes: 4096,
  timeout: quick,
  params: MemberParams,
  missing: ['member.not_found', 'member'],
  query: null,
  headers: null,
  payload: { kind: 'json', schema: RoleBody },
  responses: { 200: { description: 'The member with the new role.', schema: Member } },
  async handler({ deps, context, params, payload }) {
    return reply(200, await changeRole(deps, context, { ...params, ...payload }));
  },
});

export const removeRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/members/{id}',
  id: 'removeMember',
  summary: 'Takes a member out of the workspace, with its tokens and sessions there',
  auth: 'token',
  permission: 'members:write',
  maxBytes: 0,
  timeout: quick,
  params: MemberParams,
  missing: ['member.not_found', 'member'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The member that was.', schema: Member } },
  async handler({ deps, context, params }) {
    return reply(200, await removeMember(deps, context, params));
  },
});

export const serviceRoute = defineRoute({
  method: 'POST',
  path: '/v1/services',
  id: 'createService',
  summary: 'Makes a member that is a program; its tokens are made for it',
  auth: 'token',
  permission: 'members:write',
  maxBytes: 4096,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: { kind: 'json', schema: ServiceBody },
  responses: { 201: { description: 'The service.', schema: Member } },
  async handler({ deps, context, payload }) {
    return reply(201, await createService(deps, context, payload));
  },
});

export const rolesRoute = defineRoute({
  method: 'GET',
  path: '/v1/roles',
  id: 'listRoles',
  summary: 'The roles with what each permits',
  auth: 'token',
  permission: null,
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The roles.', schema: RoleList } },
  async handler() {
    return reply(200, { items: listRoles() });
  },
});
