import { Type } from 'typebox';
import { shape } from './schema.ts';

const Status = Type.Enum(['ok', 'degraded']);

export const Health = shape(
  {
    status: Type.Enum(['ok', 'degraded', 'stopping']),
    parts: Type.Record(
      Type.String(),
      shape({
        status: Status,
        code: Type.Optional(Type.String({ description: 'What is wrong, as a code of an error.' })),
      }),
    ),
  },
  'health',
);
