import type { AdmissionCheck } from './admission.ts';
import { checkColumnRoles } from './columns.ts';
import { requireInputs } from './inputs.ts';
import { checkParameters } from './parameters.ts';
import { requireNotPaused } from './paused.ts';
import { checkRoom } from './room.ts';
import { checkSize } from './size.ts';

export type { Admission, SubmitDeps } from './admission.ts';

/** What a job must pass, in this order; the first refusal is the answer. */
export const admissionChecks: readonly AdmissionCheck[] = [
  requireInputs,
  checkParameters,
  checkColumnRoles,
  checkSize,
  requireNotPaused,
  checkRoom,
];
