import { createUser, listUsers, resetPassword, setUserDisabled } from '../../../domain/identity/index.ts';
import {
  NewUser,
  PasswordReset,
  User,
  UserChange,
  UserList,
  UserParams,
  UserWithPassword,
} from '../contracts/users.ts';
import { defineRoute, jsonBytes, nothing, quick, reply } from '../route.ts';

const common = { auth: 'token', timeout: quick, query: null, headers: null } as const;

export const routes = [
  defineRoute({
    ...common,
    method: 'GET',
    path: '/v1/users',
    id: 'listUsers',
    summary: 'People who may sign in to this installation',
    permission: 'users:read',
    maxBytes: 0,
    params: null,
    missing: null,
    payload: nothing,
    responses: { 200: { description: 'The users, oldest first.', schema: UserList } },
    async handler({ deps, context }) {
      return reply(200, { items: await listUsers(deps, context) });
    },
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path: '/v1/users',
    id: 'createUser',
    summary: 'Makes a local account with a password that works once',
    permission: 'users:write',
    maxBytes: jsonBytes,
    params: null,
    missing: null,
    payload: { kind: 'json', schema: NewUser },
    responses: {
      201: { description: 'The user; the password is shown this once.', schema: UserWithPassword },
    },
    async handler({ deps, context, payload }) {
      return reply(201, await createUser(deps, context, payload));
    },
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path: '/v1/users/{id}',
    id: 'setUserDisabled',
    summary:
      'Disables somebody, with every session and token, or lets them in again; nothing of theirs is removed',
    permission: 'users:write',
    maxBytes: jsonBytes,
    params: UserParams,
    missing: ['user.not_found', 'user'],
    payload: { kind: 'json', schema: UserChange },
    responses: { 200: { description: 'The user.', schema: User } },
    async handler({ deps, context, params, payload }) {
      return reply(200, await setUserDisabled(deps, context, { ...params, ...payload }));
    },
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path: '/v1/users/{id}/reset-password',
    id: 'resetPassword',
    summary: 'A new password that works once; ends all sessions of the user',
    permission: 'users:write',
    maxBytes: jsonBytes,
    params: UserParams,
    missing: ['user.not_found', 'user'],
    payload: { kind: 'json', schema: PasswordReset },
    responses: {
      200: { description: 'The user; the password is shown this once.', schema: UserWithPassword },
    },
    async handler({ deps, context, params, payload }) {
      const removeSecondFactor = payload.removeSecondFactor ?? false;
      return reply(200, await resetPassword(deps, context, { ...params, removeSecondFactor }));
    },
  }),
];
