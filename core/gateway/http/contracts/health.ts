import { Type } from 'typebox';
import { shape } from './schema.ts';

const Status = Type.Enum(['ok', 'degraded']);

export const Health = shape(
  {
    status: Type.Enum(['ok', 'degraded', 'stopping']),
    parts: Type.Record(Type.String(), shape({ status: Status })),
  },
  'health',
);
