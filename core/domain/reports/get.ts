import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import { openArtifact } from '../artifacts/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

async function readReport(
  deps: Deps,
  context: Context,
  id: string,
  form: 'document' | 'html',
): Promise<Buffer> {
  requirePermission(context, 'reports:read');
  const { workspace } = context;
  const opened = await deps.database.withWorkspace(workspace, async (query) => {
    const row = await query
      .selectFrom('assay.report')
      .select(['id', 'document', 'html'])
      .where('id', '=', id)
      .executeTakeFirst();
    const artifact = row?.[form];
    if (!row || !artifact)
      throw new AssayError('report.not_found', `There is no report ${id} in this workspace.`);
    await recordAudit(deps, query, context, {
      action: 'report.read',
      subject: { kind: 'report', id },
      outcome: 'allowed',
      detail: { form },
    });
    return openArtifact(deps, query, workspace, artifact);
  });
  return collect(opened.body);
}

/** The report as JSON (`assay-report/1`). Reading is audited. */
export function getReport(deps: Deps, context: Context, request: { readonly id: string }): Promise<Buffer> {
  return readReport(deps, context, request.id, 'document');
}

/** The report as one HTML file. */
export function getReportHtml(
  deps: Deps,
  context: Context,
  request: { readonly id: string },
): Promise<Buffer> {
  return readReport(deps, context, request.id, 'html');
}
