import { Type } from 'typebox';
import { Id, shape, Time } from './schema.ts';

const text = Type.Union([Type.String(), Type.Null()]);

const AuditRecord = shape(
  {
    seq: Type.Integer({ description: 'Number of the record.' }),
    at: Time,
    workspace: Id,
    principal: Id,
    client: text,
    action: Type.String({ description: 'Noun and verb, such as `dataset.receive`.' }),
    subject: Type.Object(
      { kind: Type.String(), id: Type.String(), version: text },
      { additionalProperties: false },
    ),
    before: text,
    after: text,
    reason: text,
    outcome: Type.Enum(['allowed', 'refused', 'succeeded', 'failed']),
    requestId: Type.String(),
    plugin: text,
    detail: Type.Object({}, { description: 'Identifiers, codes and whole numbers.' }),
    person: Type.Optional(
      Type.Object(
        { name: Type.String(), address: text, agent: text },
        {
          additionalProperties: false,
          description: 'Who it was and from where; gone once the person was erased.',
        },
      ),
    ),
    fault: Type.Optional(
      Type.String({ description: 'What is wrong with the record as it stands in the database.' }),
    ),
  },
  'audit-record',
);

export const AuditPage = shape(
  {
    items: Type.Array(AuditRecord),
    next: Type.Optional(Type.Integer({ description: 'Value of `before` for the next page.' })),
  },
  'audit-page',
);

export const AuditQuery = shape({
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Most records of a page.' }),
  before: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Number of the last record of the page before.' }),
  ),
});

export const LogKeys = shape(
  {
    origin: Type.String({ description: 'Name of the log.' }),
    logKey: Type.String({
      description: 'Verifier key of its signed heads and of certificates (C2SP signed note).',
    }),
    leafKey: Type.String({ description: 'Verifier key of its leaves.' }),
  },
  'log-keys',
);

export const ProofParams = shape({
  seq: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'Number of the record.' }),
});
export const Proof = shape(
  {
    proof: Type.String({ description: 'C2SP tlog-proof: index, hashes, signed head.' }),
    record: Type.Object({}, { description: 'What is proven: its canonical JSON (RFC 8785) is the leaf.' }),
  },
  'audit-proof',
);
