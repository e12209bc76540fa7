import type { Client } from './client.ts';
import { type Transport, unwrap } from './transport.ts';

type Verbs =
  | 'listTokens'
  | 'createToken'
  | 'revokeToken'
  | 'listMembers'
  | 'addMember'
  | 'changeRole'
  | 'removeMember'
  | 'createService'
  | 'listRoles'
  | 'listWorkspaces'
  | 'createWorkspace'
  | 'renameWorkspace';

/** The verbs of a client for who may do what: tokens, members, roles, workspaces. */
export function membership(transport: Transport): Pick<Client, Verbs> {
  const { GET, POST, DELETE } = transport.typed;
  const take = <T>(answering: Promise<{ data?: T; error?: unknown; response: Response }>) =>
    unwrap(transport.url, answering);
  const of = (id: string) => ({ params: { path: { id } } });
  return {
    listTokens: async (call = {}) => (await take(GET('/v1/tokens', { ...call }))).items,
    createToken: (body, call = {}) => take(POST('/v1/tokens', { ...call, body })),
    revokeToken: (id, call = {}) => take(DELETE('/v1/tokens/{id}', { ...call, ...of(id) })),
    listMembers: async (call = {}) => (await take(GET('/v1/members', { ...call }))).items,
    addMember: (body, call = {}) => take(POST('/v1/members', { ...call, body })),
    changeRole: (id, role, call = {}) =>
      take(POST('/v1/members/{id}', { ...call, ...of(id), body: { role } })),
    removeMember: (id, call = {}) => take(DELETE('/v1/members/{id}', { ...call, ...of(id) })),
    createService: (name, role, call = {}) => take(POST('/v1/services', { ...call, body: { name, role } })),
    listRoles: async (call = {}) => (await take(GET('/v1/roles', { ...call }))).items,
    listWorkspaces: async (call = {}) => (await take(GET('/v1/workspaces', { ...call }))).items,
    createWorkspace: (body, call = {}) => take(POST('/v1/workspaces', { ...call, body })),
    renameWorkspace: (id, name, call = {}) =>
      take(POST('/v1/workspaces/{id}', { ...call, ...of(id), body: { name } })),
  };
}
