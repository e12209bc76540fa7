/** Everything that can be permitted, as `noun:verb`. */
export const permissions = [
  'datasets:create',
  'datasets:read',
  'datasets:export',
  'tools:read',
  'plugins:read',
  'plugins:grant',
  'plugins:pin',
  'plugins:write',
  'jobs:submit',
  'jobs:read',
  'jobs:cancel',
  'reports:read',
  'erasures:create',
  'erasures:read',
  'keys:read',
  'keys:rotate',
  'keys:rotate_root',
  'audit:read',
  'members:read',
  'members:write',
  'tokens:create',
  'tokens:read',
  'tokens:revoke',
  'quotas:read',
  'quotas:write',
  'users:read',
  'users:write',
  'clients:read',
  'clients:write',
  'workspaces:create',
] as const;
export type Permission = (typeof permissions)[number];

/** These concern the whole installation; a role has them in the home workspace alone. */
const installationPermissions: ReadonlySet<Permission> = new Set<Permission>([
  'keys:rotate_root',
  'plugins:write',
  'quotas:write',
  'users:read',
  'users:write',
  'clients:read',
  'clients:write',
  'workspaces:create',
]);

const reading: readonly Permission[] = [
  'datasets:read',
  'datasets:export',
  'tools:read',
  'jobs:read',
  'reports:read',
];
const own: readonly Permission[] = ['tokens:create', 'quotas:read'];
const analysing: readonly Permission[] = [
  ...reading,
  ...own,
  'datasets:create',
  'jobs:submit',
  'jobs:cancel',
];

/** A role is a named set of permissions in one workspace. */
export const roles = {
  /** Reads what others found. */
  viewer: [...reading, ...own],
  /** Brings data and runs analyses. */
  analyst: analysing,
  /** An analyst who also makes tools. */
  author: [...analysing, 'plugins:read'],
  /** Checks the work of others, and runs it again. */
  reviewer: [...reading, ...own, 'plugins:read', 'jobs:submit', 'jobs:cancel', 'audit:read'],
  /** Keeps the appliance running, and sees no data. */
  operator: [
    ...own,
    'tools:read',
    'plugins:read',
    'plugins:write',
    'keys:read',
    'keys:rotate',
    'keys:rotate_root',
    'members:read',
    'tokens:read',
    'tokens:revoke',
    'quotas:write',
    'users:read',
    'clients:read',
  ],
  administrator: permissions,
  /** Reads the record of what was done, and what it is about. */
  auditor: [
    ...reading,
    ...own,
    'plugins:read',
    'erasures:read',
    'keys:read',
    'audit:read',
    'members:read',
    'tokens:read',
    'users:read',
    'clients:read',
  ],
  /** The appliance itself: profiles what was uploaded, settles what was interrupted. */
  system: ['datasets:read', 'jobs:submit', 'jobs:read', 'jobs:cancel'],
} as const satisfies Record<string, readonly Permission[]>;
export type Role = keyof typeof roles;

/** Roles that somebody can be given. */
export type GrantedRole = Exclude<Role, 'system'>;
export const grantedRoles: readonly GrantedRole[] = (Object.keys(roles) as Role[]).filter(
  (role) => role !== 'system',
);

/** What a role may do in a workspace. */
export function permissionsOf(role: Role, home: boolean): ReadonlySet<Permission> {
  return new Set<Permission>(roles[role].filter((each) => home || !installationPermissions.has(each)));
}

/** What everybody may know: the roles that somebody can be given, and what each permits. */
export function listRoles(): { name: GrantedRole; permissions: Permission[]; home: Permission[] }[] {
  return grantedRoles.map((name) => {
    const anywhere = permissionsOf(name, false);
    const home = [...permissionsOf(name, true)].filter((permission) => !anywhere.has(permission));
    return { name, permissions: [...anywhere], home };
  });
}
