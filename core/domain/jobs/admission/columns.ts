import { AssayError, checkColumns } from '@assay/sdk';
import type { Admission } from './admission.ts';

/** Columns that the parameters name exist and can take the role; a refusal says which would fit. */
export function checkColumnRoles({ tool, params, data }: Admission): void {
  const columns = Object.fromEntries([...data].map(([slot, { columns }]) => [slot, columns]));
  const issues = checkColumns(tool.manifest.parameters, params, columns);
  if (issues.length === 0) return;
  throw new AssayError('tool.input_invalid', `${issues[0]?.detail} ${issues[0]?.hint ?? ''}`.trim(), {
    issues,
  });
}
