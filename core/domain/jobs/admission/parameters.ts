import { AssayError } from '@assay/sdk';
import type { Admission } from './admission.ts';

/** Parameters fit the schema of the tool; members with a default are filled in. */
export function checkParameters({ tool, params }: Admission): void {
  const issues = tool.checkParameters(params, '/params');
  if (issues.length === 0) return;
  throw new AssayError(
    'tool.input_invalid',
    `${issues[0]?.detail ?? ''} See the parameters of ${tool.name}.`,
    { issues },
  );
}
