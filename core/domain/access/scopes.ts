import type { Permission } from './roles.ts';

/**
 * What a token may be used for, from the least to the most. A scope only ever takes away: a call needs the permission of
 * the role and the scope that the permission is in. Every permission is in exactly one.
 */
export const scopes = {
  'tools:read': [
    'datasets:read',
    'tools:read',
    'plugins:read',
    'jobs:read',
    'reports:read',
    'quotas:read',
    'erasures:read',
    'keys:read',
  ],
  'jobs:submit': ['datasets:create', 'jobs:submit', 'jobs:cancel'],
  'data:export': ['datasets:export'],
  admin: [
    'erasures:create',
    'plugins:grant',
    'plugins:pin',
    'plugins:write',
    'keys:rotate',
    'keys:rotate_root',
    'audit:read',
    'members:read',
    'members:write',
    'tokens:create',
    'tokens:read',
    'tokens:revoke',
    'quotas:write',
    'users:read',
    'users:write',
    'clients:read',
    'clients:write',
    'workspaces:create',
  ],
} as const satisfies Record<string, readonly Permission[]>;

export type Scope = keyof typeof scopes;
export const allScopes = Object.keys(scopes) as Scope[];

/** What each scope lets a caller do, in words for the page that asks for consent. */
export const scopeWords: Readonly<Record<Scope, string>> = {
  'tools:read': 'See tools, data sets with their columns, jobs and reports',
  'jobs:submit': 'Upload data, run analyses, cancel them',
  'data:export': 'Download whole data sets',
  admin: 'Everything else that your role permits: members, tokens, keys, plugins, the audit trail',
};

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text);
}

export function scopeOf(permission: Permission): Scope {
  const found = allScopes.find((scope) => (scopes[scope] as readonly Permission[]).includes(permission));
  if (!found) throw new TypeError(`the permission ${permission} is in no scope`);
  return found;
}
