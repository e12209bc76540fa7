import { randomUUID } from 'node:crypto';
import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';
import { type PersonReference, requirePerson } from './find-person.ts';
import { foundWorkspace } from './found.ts';
import { findWorkspaces } from './list-workspaces.ts';
import type { WorkspaceView } from './workspace-view.ts';

export interface NewWorkspaceRequest {
  readonly name: string;
  /** Its first administrator; the caller without. */
  readonly administrator?: PersonReference;
}

async function requireAdministrator(
  query: Query,
  { principal }: Context,
  named: PersonReference | undefined,
): Promise<string> {
  if (named) return requirePerson(query, named);
  if (principal.kind === 'user') return principal.id;
  throw new AssayError('request.invalid', 'The first administrator of a workspace is a person; name one.', {
    issues: [{ pointer: '/administrator', code: 'REQUIRED', detail: 'a login or a principal' }],
  });
}

/**
 * Makes a workspace with a key and an administrator of its own. Whoever makes it has no role in it, unless it is given.
 * It is recorded in the new workspace.
 * @throws AssayError `workspace.name_taken`, `user.not_found`
 */
export async function createWorkspace(
  deps: Pick<Deps, 'database' | 'keys'>,
  context: Context,
  request: NewWorkspaceRequest,
): Promise<WorkspaceView> {
  requirePermission(context, 'workspaces:create');
  const id = randomUUID();
  return deps.database.withPeople(id, async (query) => {
    const administrator = await requireAdministrator(query, context, request.administrator);
    await foundWorkspace(query, deps.keys, { id, name: request.name });
    await query
      .insertInto('assay.membership')
      .values({ workspace_id: id, principal_id: administrator, role: 'administrator' })
      .execute();
    await recordAudit(
      deps,
      query,
      { ...context, workspace: id },
      {
        action: 'workspace.create',
        subject: { kind: 'workspace', id },
        outcome: 'succeeded',
        detail: { administrator, from: context.workspace },
      },
    );
    const [made] = await findWorkspaces(query, context.principal.id, { id });
    if (!made) throw new TypeError('a workspace that was just made is there');
    return made;
  });
}
