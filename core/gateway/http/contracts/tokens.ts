import { Type } from 'typebox';
import { allScopes } from '../../../domain/access/index.ts';
import { Id, Name, shape, Time } from './schema.ts';

export const Scopes = Type.Array(Type.Enum([...allScopes]), {
  description: 'What it may be used for, of what the role permits.',
});

const token = {
  id: Type.String({ description: 'Names it; the part of the token between the first two `_`.' }),
  name: Type.String(),
  principal: Type.Object(
    {
      id: Id,
      name: Type.Optional(Type.String({ description: 'Absent once it is no member of the workspace.' })),
    },
    { additionalProperties: false, description: 'Whose it is.' },
  ),
  scopes: Scopes,
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'To the minute; absent while it was never used.' }),
  ),
  revokedAt: Type.Optional(Time),
};

export const Token = shape(token, 'token');
export const NewToken = shape(
  { ...token, token: Type.String({ description: 'The token itself; shown this once.' }) },
  'new-token',
);
export const TokenList = shape({ items: Type.Array(Token, { description: 'Newest first.' }) }, 'token-list');
export const TokenBody = shape(
  {
    name: Name(120, 'What it is for, for people.'),
    scopes: Type.Array(Type.Enum([...allScopes]), { minItems: 1, maxItems: allScopes.length }),
    days: Type.Integer({ minimum: 1, maximum: 90, default: 30, description: 'Days until it expires.' }),
    service: Type.Optional(Id),
  },
  'token-request',
);
export const TokenParams = shape({
  id: Type.String({ pattern: '^[A-Za-z0-9]{12}$', description: 'Names the token.' }),
});
