import { AssayError, hintMissingColumns } from '@assay/sdk';
import { type Admission, columnsOf } from './admission.ts';

/** Parameters fit the schema of the tool; members with a default are filled in. A refusal says which columns would do. */
export function checkParameters(admission: Admission): void {
  const { tool, params } = admission;
  const found = tool.checkParameters(params, '/params');
  if (found.length === 0) return;
  const issues = hintMissingColumns(tool.manifest.parameters, found, columnsOf(admission));
  const [first] = issues;
  const hint = first?.hint ? `; ${first.hint}.` : '.';
  throw new AssayError(
    'tool.input_invalid',
    `${first?.detail.replace(/\.$/, '') ?? ''}${hint} See the parameters of ${tool.name}.`,
    { issues },
  );
}
