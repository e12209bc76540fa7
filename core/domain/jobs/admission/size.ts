import { AssayError, type Issue } from '@assay/sdk';
import type { Admission } from './admission.ts';

const units = { seconds: 's', memoryMb: 'MB of memory' } as const;

/** What the author of the tool measured, for data of this size, beyond what a run of it may take. */
function checkCost({ tool, data }: Admission): Issue[] {
  const { cost, limits } = tool.manifest;
  if (!cost) return [];
  const millions =
    [...data.values()].reduce((sum, { rows, columns }) => sum + rows * columns.length, 0) / 1e6;
  return (['seconds', 'memoryMb'] as const).flatMap((kind) => {
    const { base, perMillionCells } = cost[kind];
    const about = Math.ceil(base + perMillionCells * millions);
    if (about <= limits[kind]) return [];
    const most = Math.max(0, Math.floor(((limits[kind] - base) / perMillionCells) * 1e6));
    return {
      pointer: '/inputs',
      code: 'TOO_LARGE',
      detail: `Data of this size take about ${about} ${units[kind]}; a run of ${tool.name} may take ${limits[kind]}.`,
      hint: `Rows by columns of all inputs together may be at most ${most}.`,
    };
  });
}

/** The data are of a size that the tool takes. */
export function checkSize(admission: Admission): void {
  const { tool, data } = admission;
  const declared: Issue[] = tool.manifest.inputs.flatMap(({ slot, minRows = 0, maxRows, maxColumns }) => {
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
  const issues = [...declared, ...checkCost(admission)];
  if (issues.length > 0) throw new AssayError('tool.input_invalid', issues[0]?.detail ?? '', { issues });
}
