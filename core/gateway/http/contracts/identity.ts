import { Type } from 'typebox';
import { Id, shape, Time } from './schema.ts';
import { Scopes } from './tokens.ts';

const StartToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The token that the start printed.',
});

const who = {
  principal: shape({ id: Id, name: Type.String(), role: Type.String() }),
  workspace: shape({ id: Id, name: Type.String() }),
};

export const SignIn = shape({ token: StartToken }, 'sign-in');
export const SignedIn = shape(
  { token: Type.String({ description: 'API token; shown this once.' }), ...who },
  'signed-in',
);

export const Me = shape(
  {
    principal: shape({
      id: Id,
      kind: Type.Enum(['user', 'service', 'system']),
      name: Type.String(),
      role: Type.String(),
      permissions: Type.Array(Type.String()),
    }),
    workspace: shape({
      id: Id,
      name: Type.String(),
      home: Type.Boolean({ description: 'True for the one from which the installation is administered.' }),
    }),
    scopes: Scopes,
    expiresAt: Type.Optional(Time),
  },
  'me',
);
