import { AssayError, checkColumns } from '@assay/sdk';
import { type Admission, columnsOf } from './admission.ts';

/** Columns that the parameters name exist and can take the role; a refusal says which would fit. */
export function checkColumnRoles(admission: Admission): void {
  const { tool, params } = admission;
  const issues = checkColumns(tool.manifest.parameters, params, columnsOf(admission));
  if (issues.length === 0) return;
  throw new AssayError('tool.input_invalid', `${issues[0]?.detail} ${issues[0]?.hint ?? ''}`.trim(), {
    issues,
  });
}
