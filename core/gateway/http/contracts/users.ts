import { Type } from 'typebox';
import { grantedRoles } from '../../../domain/access/index.ts';
import { Id, shape, Time } from './schema.ts';

export const UserParams = shape({ id: Id });

export const User = shape(
  {
    id: Id,
    name: Type.String(),
    login: Type.Optional(Type.String({ description: 'Of the local account, where there is one.' })),
    disabled: Type.Boolean(),
    secondFactor: Type.Boolean({ description: 'Whether the local account has one.' }),
    createdAt: Time,
  },
  'user',
);
export const UserList = shape({ items: Type.Array(User) }, 'user-list');

export const NewUser = shape(
  {
    login: Type.String({ minLength: 1, maxLength: 120, description: 'Small letters, digits and . _ @ + -' }),
    name: Type.String({
      minLength: 1,
      maxLength: 120,
      pattern: '\\S',
      description: 'What people call them.',
    }),
    role: Type.Optional(
      Type.Enum([...grantedRoles], { description: 'Makes them a member of this workspace.' }),
    ),
  },
  'new-user',
);
export const UserChange = shape({
  disabled: Type.Boolean({ description: 'True ends all that they can do, at once.' }),
});
export const PasswordReset = shape({
  removeSecondFactor: Type.Optional(Type.Boolean({ description: 'Where the phone is lost.' })),
});
export const UserWithPassword = shape(
  { user: User, password: Type.String({ description: 'Works once; shown this once.' }) },
  'user-with-password',
);
