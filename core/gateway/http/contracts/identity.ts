import { Type } from 'typebox';
import { Id, shape } from './schema.ts';

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

export const SignInQuery = shape({
  token: Type.Optional(Type.String({ maxLength: 200 })),
  next: Type.Optional(
    Type.String({ maxLength: 500, description: 'Path of this server to go to afterwards.' }),
  ),
});
export const SignInForm = shape({ token: StartToken, next: Type.Optional(Type.String({ maxLength: 500 })) });

export const Me = shape(
  {
    principal: shape({
      id: Id,
      kind: Type.Enum(['user', 'service', 'system']),
      name: Type.String(),
      role: Type.String(),
      permissions: Type.Array(Type.String()),
    }),
    workspace: shape({ id: Id }),
  },
  'me',
);
