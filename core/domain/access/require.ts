import { AssayError } from '@assay/sdk';
import type { Context } from './context.ts';
import type { Permission } from './roles.ts';
import { scopeOf } from './scopes.ts';

/** First line of every use case. @throws AssayError `access.denied`, `access.scope_missing` */
export function requirePermission(context: Context, permission: Permission): void {
  const { principal } = context;
  if (principal.permissions.has(permission)) {
    if (context.scopes.has(scopeOf(permission))) return;
    throw new AssayError(
      'access.scope_missing',
      `The token was not made for this: it needs the scope ${scopeOf(permission)}.`,
    );
  }
  throw new AssayError(
    'access.denied',
    `${principal.name} (${principal.role}) may not ${permission.replace(':', ' / ').replace('_', ' ')} in this workspace.`,
  );
}
