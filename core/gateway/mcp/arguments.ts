import { AssayError, type Issue } from '@assay/sdk';
import { type Static, Type } from 'typebox';
import type { Validator } from '../../base/validation/index.ts';

/** What every tool takes; what its own inputs and parameters must be, the use case checks. */
const Arguments = Type.Object(
  {
    inputs: Type.Record(Type.String({ maxLength: 40 }), Type.String({ format: 'uuid' }), {
      maxProperties: 8,
    }),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2147483647 })),
    cache: Type.Optional(Type.Enum(['use', 'refresh'])),
  },
  { additionalProperties: false },
);
type Given = Static<typeof Arguments>;

export type ArgumentsCheck = (given: unknown) => Given & { readonly params: Record<string, unknown> };

/** @returns a check that throws `request.invalid`, with every finding, where arguments have not the form */
export function compileArguments(validator: Validator): ArgumentsCheck {
  const check = validator.compile(Arguments);
  return (given) => {
    const issues: Issue[] = check(given ?? {}, '/arguments');
    const [first] = issues;
    if (first) throw new AssayError('request.invalid', `${first.pointer}: ${first.detail}`, { issues });
    return { params: {}, ...(given as Given) };
  };
}
