import { Type } from 'typebox';
import { shape } from './schema.ts';

const Next = Type.Optional(
  Type.String({ maxLength: 500, description: 'Path of this server to go to afterwards.' }),
);
const text = (maxLength: number, description: string) => Type.String({ maxLength, description });

export const SignInQuery = shape({ token: Type.Optional(Type.String({ maxLength: 200 })), next: Next });
export const NoQuery = shape({});

/** Every form has these. */
const always = { csrf: text(100, 'Hidden field of the page.'), next: Next };

export const StartForm = shape({ ...always, token: text(200, 'The token that the start printed.') });
export const PasswordForm = shape({
  ...always,
  login: text(120, 'Login of a local account.'),
  password: text(800, 'Its password.'),
});
export const CodeForm = shape({ ...always, code: text(40, 'Six digits of the app, or a recovery code.') });
export const NewPasswordForm = shape({
  ...always,
  password: text(800, 'The new password.'),
  repeat: text(800, 'The same again.'),
});
export const WorkspaceForm = shape({ ...always, workspace: text(36, 'Id of a workspace.') });
export const BareForm = shape(always);
export const OwnPasswordForm = shape({
  ...always,
  current: text(800, 'The present password.'),
  password: text(800, 'The new password.'),
  repeat: text(800, 'The same again.'),
});
export const FactorForm = shape({
  ...always,
  code: text(40, 'A code of the present second factor.'),
  change: Type.Enum(['remove', 'new-codes']),
});
export const SessionForm = shape({ ...always, id: text(40, 'Id of one of one’s own sessions.') });
