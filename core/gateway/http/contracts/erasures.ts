import { Type } from 'typebox';
import { Id, IdParams, shape, Time } from './schema.ts';

const Subject = Type.Object(
  {
    kind: Type.Enum(['dataset', 'person'], {
      description: 'A data set with all that was made of it on its arrival, or what is known of a person.',
    }),
    id: Id,
  },
  { additionalProperties: false },
);

export const EraseBody = shape({
  subject: Subject,
  reason: Type.String({
    minLength: 1,
    maxLength: 500,
    description: 'Why, for the record, which outlives the erasure: name no person in it.',
  }),
});

export const Erasure = shape(
  {
    id: Id,
    subject: Subject,
    reason: Type.String(),
    objects: Type.Integer({ minimum: 0, description: 'Stored objects whose key was destroyed.' }),
    requestedBy: Id,
    destroyedAt: Time,
    irrecoverableFrom: Type.String({
      format: 'date-time',
      description: 'From when on no backup of the keyring can bring it back.',
    }),
    certificate: Type.String({ description: 'Signed statement of all this, as a C2SP signed note.' }),
  },
  'erasure',
);
export const ErasureList = shape({ items: Type.Array(Erasure) }, 'erasure-list');
export const ErasureParams = IdParams;
