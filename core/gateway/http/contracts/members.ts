import { Type } from 'typebox';
import { grantedRoles, permissions } from '../../../domain/access/index.ts';
import { Id, IdParams, Name, shape } from './schema.ts';

const RoleName = Type.Enum([...grantedRoles], { description: 'A role; see GET /v1/roles.' });

/** Exactly one of the two. */
export const Person = Type.Union(
  [
    shape({
      login: Type.String({ minLength: 1, maxLength: 120, description: 'Login of a local account.' }),
    }),
    shape({ principal: Id }),
  ],
  { description: 'Somebody whom Assay knows.' },
);

export const Member = shape(
  {
    id: Id,
    name: Type.String(),
    kind: Type.Enum(['user', 'service']),
    role: Type.String(),
    grantedBy: Type.String({
      description: '`assay`, or the identity provider whose groups gave the role.',
    }),
    disabled: Type.Boolean({ description: 'True while nobody can sign in as this member.' }),
  },
  'member',
);
export const MemberList = shape({ items: Type.Array(Member, { description: 'By name.' }) }, 'member-list');
export const MemberBody = shape({ person: Person, role: RoleName }, 'member-request');
export const RoleBody = shape({ role: RoleName }, 'role-request');
export const ServiceBody = shape(
  { name: Name(120, 'What the program is, for people.'), role: RoleName },
  'service-request',
);
export const MemberParams = IdParams;

const Permission = Type.Enum([...permissions]);
export const RoleList = shape(
  {
    items: Type.Array(
      shape(
        {
          name: Type.String(),
          permissions: Type.Array(Permission),
          home: Type.Array(Permission, {
            description: 'Further permissions that the role has in the home workspace.',
          }),
        },
        'role',
      ),
    ),
  },
  'role-list',
);
