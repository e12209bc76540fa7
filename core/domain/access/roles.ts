/** Everything that can be permitted, as `noun:verb`. */
export const permissions = [
  'datasets:create',
  'datasets:read',
  'tools:read',
  'plugins:read',
  'jobs:submit',
  'jobs:read',
  'jobs:cancel',
  'reports:read',
] as const;
export type Permission = (typeof permissions)[number];

const reading: readonly Permission[] = ['datasets:read', 'tools:read', 'jobs:read', 'reports:read'];
const analysing: readonly Permission[] = [...reading, 'datasets:create', 'jobs:submit', 'jobs:cancel'];

/** A role is a named set of permissions. */
export const roles = {
  viewer: reading,
  analyst: analysing,
  administrator: permissions,
  /** The appliance itself: profiles what was uploaded, settles what was interrupted. */
  system: ['datasets:read', 'jobs:submit', 'jobs:read', 'jobs:cancel'],
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof roles;

export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set<Permission>(roles[role]);
}
