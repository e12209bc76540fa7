import { Type } from 'typebox';
import { Id, IdParams, shape, Time } from './schema.ts';

const RotatedKey = Type.Enum(['workspace', 'root'], {
  description: 'The key of the workspace, or the root key of the installation that wraps it.',
});
const count = (description: string) => Type.Integer({ minimum: 0, description });

export const RotateBody = shape({ key: RotatedKey });

export const Rotation = shape(
  {
    id: Id,
    key: RotatedKey,
    fromVersion: count('Version before.'),
    toVersion: count('Version that wraps since.'),
    state: Type.Enum(['running', 'done']),
    total: count('Keys that were under an older version when it began.'),
    rewrapped: count('Keys that were wrapped anew.'),
    failed: count('Keys that could not be opened and stay under their version.'),
    failures: Type.Array(
      Type.Object(
        { kind: Type.String(), id: Id, reason: Type.String() },
        { additionalProperties: false, description: 'The first hundred of them.' },
      ),
    ),
    requestedBy: Id,
    startedAt: Time,
    finishedAt: Type.Optional(Time),
  },
  'rotation',
);

export const Keys = shape(
  {
    source: Type.Object(
      {
        provider: Type.String({
          description: '`keyring`, or `pkcs11` where a security module keeps the root key.',
        }),
        keyUri: Type.String(),
        rootVersion: count('Version of the root key that wraps now.'),
        protection: Type.String({ description: 'How the file of the keyring is protected.' }),
      },
      { additionalProperties: false },
    ),
    workspaceVersion: count("Version of the workspace's key that wraps now."),
    rotations: Type.Array(Rotation),
  },
  'keys',
);
export const RotationParams = IdParams;
