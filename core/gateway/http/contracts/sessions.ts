import { Type } from 'typebox';
import { shape, Time } from './schema.ts';

export const SessionParams = shape({ id: Type.String({ pattern: '^[A-Za-z0-9]{12}$' }) });

const SessionItem = shape(
  {
    id: Type.String(),
    method: Type.String({ description: '`local`, `start`, or the name of the identity provider.' }),
    factors: Type.Array(Type.String(), { description: 'What was proved (RFC 8176).' }),
    signedInAt: Time,
    seenAt: Time,
    expiresAt: Time,
    address: Type.Optional(Type.String()),
    agent: Type.Optional(Type.String()),
    current: Type.Boolean({ description: 'True for the one that asks.' }),
  },
  'session',
);
export const SessionList = shape({ items: Type.Array(SessionItem) }, 'session-list');
