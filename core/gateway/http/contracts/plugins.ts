import { Type } from 'typebox';
import { concerns } from '../../../domain/plugins/index.ts';
import { Digest, shape, Time } from './schema.ts';

const slug = { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 40 };
const exact = { pattern: '^\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}$' };
/** Which version is meant. */
export const VersionRange = Type.String({
  pattern: '^[\\^~]?\\d{1,9}(\\.\\d{1,9}){0,2}$',
  maxLength: 40,
  description: 'An exact version, or a range: `1.2.0`, `^1`, `~1.2`.',
});
const words = (description: string) =>
  Type.Union([Type.String({ minLength: 1, maxLength: 300 }), Type.Null()], { description });

/** How a plugin stands; part of what is said of it and of its tools. */
export const standing = {
  trust: Type.Enum(['shipped', 'own', 'admitted'], {
    description: 'Who vouches for it: the release, this organisation, or a publisher that it admitted.',
  }),
  signature: Type.Enum(['shipped', 'signed', 'pinned', 'modified', 'invalid', 'unsigned', 'revoked'], {
    description: '`pinned`: its digest is in the configuration; `unsigned`: loaded in development alone.',
  }),
  deprecated: Type.Optional(Type.String({ description: 'What to use instead, or until when.' })),
};

/** What a version wants to be let have, or was granted. */
const Asks = shape(
  {
    memoryMb: Type.Integer({ description: 'Memory of a run.' }),
    seconds: Type.Integer({ description: 'Wall time of a run.' }),
    outputMb: Type.Integer({ description: 'What a run may bring out.' }),
  },
  'plugin-asks',
);

export const Plugin = shape(
  {
    name: Type.String(),
    version: Type.String(),
    digest: Type.String(),
    state: Type.Enum(['enabled', 'quarantined', 'disabled', 'revoked']),
    reasons: Type.Array(Type.String(), { description: 'Why it is not enabled.' }),
    ...standing,
    asks: Asks,
    missing: Type.Array(Type.String(), {
      description:
        'What it asks for beyond what this workspace granted it; before that it takes none of its jobs.',
    }),
    tools: Type.Array(Type.String()),
  },
  'plugin',
);
export const PluginList = shape({ items: Type.Array(Plugin) }, 'plugin-list');

/** Most bytes of a body that brings a package: some 18 MB of package, and its signatures. */
export const packageBytes = 24 * 1024 * 1024;

export const Package = shape(
  {
    package: Type.String({
      minLength: 1,
      maxLength: packageBytes,
      contentEncoding: 'base64',
      description: 'What `assay plugin pack` made, in base64.',
    }),
    signatures: Type.Array(Type.String({ maxLength: 1024 * 1024 }), {
      maxItems: 32,
      description: 'What `assay plugin sign` made: Sigstore bundles (JSON, as text), one of each key.',
    }),
  },
  'plugin-package',
);

export const Receipt = shape(
  {
    name: Type.String(),
    version: Type.String(),
    digest: Digest,
    package: Type.String({ ...Digest, description: 'SHA-256 of the package.' }),
    publisher: Type.String({ description: 'As the trust policy calls it.' }),
    keys: Type.Array(Type.String(), { description: 'Ids of the keys whose signatures held.' }),
    at: Time,
    by: Type.String({ description: 'Id of the principal who brought it.' }),
  },
  'plugin-receipt',
);

export const PluginParams = shape({ plugin: Type.String(slug), version: Type.String(exact) });

export const PluginChange = shape(
  {
    disabled: Type.Optional(words('Why it takes no jobs any more; null lets it take jobs again.')),
    deprecated: Type.Optional(words('What to use instead, or until when; null takes that back.')),
  },
  'plugin-change',
);

export const RevocationList = shape({
  list: Type.String({
    minLength: 1,
    maxLength: 1024 * 1024,
    description: 'A signed list: a Sigstore bundle (JSON, as text).',
  }),
});
export const Revoked = shape({ number: Type.Integer(), expires: Time }, 'revoked');

export const PluginNameParams = shape({ plugin: Type.String(slug) });
export const NewPin = shape({ version: VersionRange });
export const Pin = shape({ plugin: Type.String(), version: VersionRange }, 'pin');
export const PinList = shape({ items: Type.Array(Pin) }, 'pin-list');

export const NewGrant = shape({
  version: Type.String({ ...exact, description: 'Whose asking is granted.' }),
});
export const Grant = shape(
  { plugin: Type.String(), version: Type.String(), granted: Asks, grantedAt: Time },
  'grant',
);
export const GrantList = shape({ items: Type.Array(Grant) }, 'grant-list');

export const ChangesQuery = shape({
  from: Type.Optional(
    Type.String({ ...exact, description: 'Without it the newest older version that the workspace uses.' }),
  ),
});
export const Changes = shape(
  {
    from: Type.String(),
    to: Type.String(),
    differences: Type.Array(
      shape({
        concern: Type.Enum([...concerns]),
        where: Type.String({ description: 'Tool and place in its manifest.' }),
        before: Type.Optional(Type.String({ description: 'JSON; absent where there was nothing.' })),
        after: Type.Optional(Type.String({ description: 'JSON; absent where there is nothing any more.' })),
      }),
      { description: 'The weightiest concerns first.' },
    ),
  },
  'plugin-changes',
);
