export type { Context, Principal } from './context.ts';
export { requirePermission } from './require.ts';
export {
  type GrantedRole,
  grantedRoles,
  listRoles,
  type Permission,
  permissions,
  permissionsOf,
  type Role,
  roles,
} from './roles.ts';
export { allScopes, isScope, type Scope, scopeOf, scopes, scopeWords } from './scopes.ts';
