import { randomUUID } from 'node:crypto';
import {
  AssayError,
  checkFigure,
  digestResult,
  type Issue,
  mediaTypes,
  ResultDocument,
  Table,
} from '@assay/sdk';
import type { Check } from '../../../base/validation/index.ts';
import type { ReturnedBlob } from '../../reports/index.ts';
import { type Attempt, type Derived, filled, type RunOutput, type WorkDeps } from './attempt.ts';

function invalid(issues: readonly Issue[], what: string): AssayError {
  return new AssayError('job.output_invalid', `${what}: ${issues[0]?.pointer} ${issues[0]?.detail}`, {
    issues: issues.slice(0, 20),
  });
}

function checkBlobs(
  result: ResultDocument,
  blobs: ReadonlyMap<string, ReturnedBlob>,
  checkTable: Check,
): void {
  const lookUp = (blob: string): unknown => {
    const found = blobs.get(blob);
    if (!found)
      throw new AssayError('job.output_invalid', `The result names a blob "${blob}" that was not sent.`);
    return found.json;
  };
  for (const { name, blob } of result.tables) {
    const table = lookUp(blob) as Table;
    const issues = checkTable(table, `/tables/${name}`);
    if (issues.length > 0) throw invalid(issues, 'A table does not fit');
    const ragged = table.rows.findIndex((row) => row.length !== table.columns.length);
    if (ragged >= 0)
      throw new AssayError(
        'job.output_invalid',
        `Table "${name}": row ${ragged + 1} has not ${table.columns.length} cells.`,
      );
  }
  for (const { name, blob } of result.figures) {
    const issues = checkFigure(lookUp(blob));
    if (issues.length > 0) throw invalid(issues, `Figure "${name}" is not allowed`);
  }
}

const mostTitle = 200;

/** The new data sets that the result names: every one that came is named, once, and is an Arrow stream. */
function requireDatasets({ datasets = [] }: ResultDocument, output: RunOutput): Derived[] {
  const named = new Set(datasets.map(({ blob }) => blob));
  const loose = [...output.datasets.keys()].find((blob) => !named.has(blob));
  if (loose !== undefined || named.size !== datasets.length)
    throw new AssayError('job.output_invalid', 'The result does not name each of its data sets once.');
  return datasets.map(({ name, title, blob }) => {
    const stored = output.datasets.get(blob);
    if (!stored)
      throw new AssayError('job.output_invalid', `The result names a data set "${blob}" that was not sent.`);
    if (stored.mediaType !== mediaTypes.arrow)
      throw new AssayError('job.output_invalid', `The data set "${blob}" is no Arrow stream.`);
    // Data can stand in a title, and what may be in a name of a data set is less.
    const clean = title.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu, ' ').trim();
    return { id: randomUUID(), name, title: clean.slice(0, mostTitle) || name, stored };
  });
}

/** Believes nothing: the result fits the contract and the tool's own output schema, every blob is there and allowed. */
export async function verify(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const output = filled(attempt.output, 'output');
  const issues = deps.validator.compile(ResultDocument)(output.result);
  if (issues.length > 0) throw invalid(issues, 'The result does not fit');
  const result = output.result as ResultDocument;
  const values = attempt.tool.checkOutput(result.values, '/values');
  if (values.length > 0) throw invalid(values, `The values do not fit what ${attempt.tool.name} declares`);
  checkBlobs(result, output.blobs, deps.validator.compile(Table));
  for (const { blob } of result.artifacts)
    if (!output.artifacts.has(blob))
      throw new AssayError('job.output_invalid', `The result names an artifact "${blob}" that was not sent.`);
  attempt.derived = requireDatasets(result, output);
  const digests = [...output.blobs, ...output.artifacts, ...output.datasets].map(([name, { digest }]) => ({
    name,
    digest,
  }));
  attempt.result = result;
  attempt.resultDigest = digestResult(result, digests);
}
