import { AssayError, type Issue } from '@assay/sdk';
import { cipherOf, openProfile, requireDataset } from '../../datasets/index.ts';
import type { Admission } from './admission.ts';

/** Every declared input is named, nothing else is, and each is a data set of this workspace in the right state. */
export async function requireInputs(admission: Admission): Promise<void> {
  const { deps, tool, request, query, data } = admission;
  const slots = tool.manifest.inputs.map((i) => i.slot);
  const issues: Issue[] = [
    ...slots
      .filter((slot) => !Object.hasOwn(request.inputs, slot))
      .map((slot) => ({
        pointer: `/inputs/${slot}`,
        code: 'REQUIRED',
        detail: `The input "${slot}" is missing.`,
      })),
    ...Object.keys(request.inputs)
      .filter((slot) => !slots.includes(slot))
      .map((slot) => ({ pointer: '/inputs', code: 'UNKNOWN_INPUT', detail: `There is no input "${slot}".` })),
  ];
  if (issues.length > 0)
    throw new AssayError(
      'tool.input_invalid',
      `${tool.name} takes ${slots.join(', ')}. ${issues[0]?.detail}`,
      { issues },
    );
  const wanted = tool.manifest.visibility === 'system' ? 'received' : 'ready';
  for (const slot of slots) {
    const row = await requireDataset(query, request.inputs[slot] ?? '');
    if (row.state === 'erased')
      throw new AssayError('dataset.erased', `The data set was erased on ${row.erased_at?.toISOString()}.`);
    if (row.state !== wanted) {
      const rejected = row.state === 'rejected';
      throw new AssayError(
        rejected ? 'dataset.rejected' : 'dataset.not_ready',
        rejected
          ? `The data set "${row.name}" was rejected; see its reasons.`
          : `The data set "${row.name}" is ${row.state}; wait until it is ${wanted}.`,
        rejected ? {} : { retryAfter: 1 },
      );
    }
    const profile = openProfile(row, await cipherOf(deps, query, row));
    if (profile) data.set(slot, { columns: profile.columns, rows: profile.rows });
  }
}
