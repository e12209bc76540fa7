import { AssayError } from '@assay/sdk';
import type { Context } from './context.ts';
import type { Permission } from './roles.ts';

/** First line of every use case. @throws AssayError `access.denied` */
export function requirePermission(context: Context, permission: Permission): void {
  if (context.principal.permissions.has(permission)) return;
  throw new AssayError(
    'access.denied',
    `${context.principal.name} (${context.principal.role}) may not ${permission.replace(':', ' / ')} in this workspace.`,
  );
}
