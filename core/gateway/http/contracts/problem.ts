import { errorCodes } from '@assay/sdk';
import { Type } from 'typebox';
import { shape } from './schema.ts';

export const Issue = shape(
  {
    pointer: Type.String({ description: 'JSON pointer to the place in the request; may be empty.' }),
    code: Type.String({ description: 'Upper-case code of what was wrong.' }),
    detail: Type.String({ description: 'What was wrong.' }),
    hint: Type.Optional(Type.String({ description: 'What would be right.' })),
    row: Type.Optional(Type.Integer({ description: '1-based row in the data.' })),
    column: Type.Optional(Type.String({ description: 'Column in the data.' })),
  },
  'issue',
);

export const ToolRefusal = shape(
  {
    class: Type.Enum(['input', 'data', 'convergence', 'resource', 'unsupported', 'internal']),
    code: Type.String(),
    message: Type.String(),
    where: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
    hint: Type.Optional(Type.String()),
  },
  'tool-refusal',
);

export const ErrorCodeName = Type.Enum(Object.keys(errorCodes) as (keyof typeof errorCodes)[], {
  $id: 'urn:assay:schema:error-code',
  description: 'What it can be is in docs/reference/errors.md.',
});

/** RFC 9457 problem details, with our code and places. */
export const Problem = shape(
  {
    type: Type.String({ description: '`urn:assay:error:` and the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was wrong here; a fixed sentence where the fault is ours.' }),
    code: ErrorCodeName,
    requestId: Type.String({ description: 'Names this request in the log of the server.' }),
    retryable: Type.Boolean({ description: 'The same request may succeed later.' }),
    issues: Type.Array(Issue),
    tool: Type.Optional(ToolRefusal),
  },
  'problem',
);
