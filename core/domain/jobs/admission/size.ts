import { AssayError, type Issue } from '@assay/sdk';
import type { Admission } from './admission.ts';

/** The data are of a size that the tool takes. */
export function checkSize({ tool, data }: Admission): void {
  const issues: Issue[] = tool.manifest.inputs.flatMap(({ slot, minRows = 0, maxRows, maxColumns }) => {
    const input = data.get(slot);
    if (!input) return [];
    const pointer = `/inputs/${slot}`;
    const found: Issue[] = [];
    if (input.rows < minRows)
      found.push({
        pointer,
        code: 'TOO_FEW_ROWS',
        detail: `The data set has ${input.rows} rows; ${minRows} are needed.`,
      });
    if (maxRows !== undefined && input.rows > maxRows)
      found.push({
        pointer,
        code: 'TOO_MANY_ROWS',
        detail: `The data set has ${input.rows} rows; at most ${maxRows} fit.`,
      });
    if (maxColumns !== undefined && input.columns.length > maxColumns)
      found.push({
        pointer,
        code: 'TOO_MANY_COLUMNS',
        detail: `The data set has ${input.columns.length} columns; at most ${maxColumns} fit.`,
      });
    return found;
  });
  if (issues.length > 0) throw new AssayError('tool.input_invalid', issues[0]?.detail ?? '', { issues });
}
