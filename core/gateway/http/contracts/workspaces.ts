import { Type } from 'typebox';
import { Person } from './members.ts';
import { Id, IdParams, Name, shape, Time } from './schema.ts';

const name = Name(80, 'Name of the workspace; there is no other of it.');

export const Workspace = shape(
  {
    id: Id,
    name: Type.String(),
    home: Type.Boolean({ description: 'True for the one from which the installation is administered.' }),
    createdAt: Time,
    role: Type.Optional(Type.String({ description: "The caller's own in it." })),
  },
  'workspace',
);
export const WorkspaceList = shape(
  { items: Type.Array(Workspace, { description: 'By name.' }) },
  'workspace-list',
);
export const WorkspaceBody = shape(
  {
    name,
    administrator: Type.Optional(Person),
  },
  'workspace-request',
);
export const RenameBody = shape({ name }, 'rename-request');
export const WorkspaceParams = IdParams;
