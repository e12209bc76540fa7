import { Type } from 'typebox';
import { allScopes, grantedRoles } from '../../../domain/access/index.ts';
import { Id, shape, Time } from './schema.ts';

const Scope = Type.Enum([...allScopes], { description: 'What a token may be used for.' });
const ClientId = Type.String({
  minLength: 1,
  maxLength: 500,
  description: 'Its `client_id`: the address of its metadata document, or what this appliance named it.',
});

export const ClientParams = shape({ id: ClientId });

export const ClientDocument = shape({
  document: Type.Record(Type.String(), Type.Unknown(), {
    description: 'A client ID metadata document (OAuth), as its publisher serves it.',
  }),
});

export const NewClient = shape(
  {
    name: Type.String({ minLength: 1, maxLength: 120, description: 'What people call it.' }),
    role: Type.Enum([...grantedRoles], { description: 'Role of its service principal in this workspace.' }),
    scopes: Type.Array(Scope, { minItems: 1, maxItems: 4, uniqueItems: true }),
    jwks: Type.Object(
      {
        keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
          minItems: 1,
          maxItems: 5,
          description: 'Public keys (JWK); it proves itself with one of their private halves.',
        }),
      },
      { additionalProperties: false },
    ),
  },
  'new-client',
);

export const Client = shape(
  {
    id: ClientId,
    kind: Type.Enum(['imported', 'registered', 'dynamic'], {
      description: '`dynamic`: it registered itself, where the operator lets clients do so.',
    }),
    name: Type.String(),
    redirectUris: Type.Array(Type.String()),
    workspace: Type.Optional(Id),
    scopes: Type.Array(Scope),
    createdAt: Time,
  },
  'client',
);

export const ClientList = shape({ items: Type.Array(Client) }, 'client-list');
