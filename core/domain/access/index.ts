export type { Context, Principal } from './context.ts';
export { requirePermission } from './require.ts';
export { type Permission, permissions, permissionsOf, type Role, roles } from './roles.ts';
