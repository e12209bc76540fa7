import { AssayError } from '@assay/sdk';
import { type Static, Type } from 'typebox';
import type { Check, Validator } from '../../base/validation/index.ts';

/** What every tool takes; what its own inputs and parameters must be, the use case checks. */
export const argumentsOfATool = {
  inputs: Type.Record(Type.String({ maxLength: 40 }), Type.String({ format: 'uuid' }), {
    maxProperties: 8,
    description: 'The data set of each input, by its slot: {"data": "<id of list_datasets>"}.',
  }),
  params: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'Parameters, as describe_tool has them; columns are named as in describe_dataset.',
    }),
  ),
  seed: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2147483647, description: 'Seed of the random numbers.' }),
  ),
  cache: Type.Optional(
    Type.Enum(['use', 'refresh'], { description: '`refresh` runs it anew, also where it was done before.' }),
  ),
};
const Arguments = Type.Object(argumentsOfATool, { additionalProperties: false });
export type Given = Static<typeof Arguments>;

/** @throws AssayError `request.invalid`, with every finding, where arguments have not the form */
export function requireArguments(check: Check, given: unknown): void {
  const issues = check(given, '/arguments');
  const [first] = issues;
  if (first) throw new AssayError('request.invalid', `${first.pointer}: ${first.detail}`, { issues });
}

/** A check of the arguments of an installed tool. */
export const compileArguments = (validator: Validator): Check => validator.compile(Arguments);
