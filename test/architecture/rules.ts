/**
 * The arrows of the house, as data. `from` and `to` are path prefixes; the first matching `from` decides.
 * A file may import what lies under its own prefix and what is listed; nothing else of ours.
 */
export interface Room {
  readonly from: string;
  readonly may: readonly string[];
}

const base = [
  'config',
  'database',
  'queue',
  'storage',
  'encryption',
  'factors',
  'limits',
  'runner',
  'telemetry',
  'tokens',
  'transparency',
  'validation',
];
const nouns = [
  'audit',
  'identity',
  'access',
  'workspaces',
  'quotas',
  'artifacts',
  'plugins',
  'datasets',
  'tools',
  'reports',
  'jobs',
  'erasures',
  'keys',
  'trail',
];

/** `identity` shows principals, whose permissions `access` defines; beside that, left never imports right. */
const extra: Readonly<Record<string, readonly string[]>> = { identity: ['core/domain/access/'] };

export const rooms: readonly Room[] = [
  { from: 'core/sdk/', may: [] },
  { from: 'core/client/', may: ['core/sdk/', 'docs/reference/'] },
  ...base.map((room) => ({
    from: `core/base/${room}/`,
    may: ['core/sdk/', 'core/base/config/', 'core/base/telemetry/'],
  })),
  ...nouns.map((noun, i) => ({
    from: `core/domain/${noun}/`,
    may: [
      'core/sdk/',
      'core/base/',
      'core/domain/deps.ts',
      ...nouns.slice(0, i).map((left) => `core/domain/${left}/index.ts`),
      ...(extra[noun] ?? []),
    ],
  })),
  { from: 'core/domain/deps.ts', may: ['core/sdk/', 'core/base/', 'core/domain/'] },
  { from: 'core/gateway/http/', may: ['core/sdk/', 'core/base/', 'core/domain/', 'core/gateway/problem.ts'] },
  { from: 'core/gateway/mcp/', may: ['core/sdk/', 'core/base/', 'core/domain/', 'core/gateway/problem.ts'] },
  { from: 'core/gateway/', may: ['core/sdk/'] },
  { from: 'core/worker/', may: ['core/sdk/', 'core/base/', 'core/domain/'] },
  { from: 'core/', may: ['core/'] },
  { from: 'runtimes/process/', may: ['core/sdk/'] },
  { from: 'runtimes/conformance/', may: ['core/sdk/', 'runtimes/'] },
  { from: 'runtimes/runner/', may: ['core/sdk/', 'runtimes/'] },
  { from: 'runtimes/', may: ['core/sdk/', 'runtimes/process/'] },
  { from: 'plugins/', may: ['core/sdk/'] },
  { from: 'appliance/images/', may: ['core/sdk/', 'runtimes/container/'] },
  { from: 'appliance/authoring/', may: ['core/', 'runtimes/'] },
  { from: 'appliance/server/', may: ['core/', 'runtimes/', 'appliance/images/'] },
  {
    from: 'appliance/cli/',
    may: [
      'core/client/',
      'core/sdk/',
      'core/base/transparency/index.ts',
      'core/base/storage/index.ts',
      'appliance/server/site.ts',
      'appliance/authoring/',
      'appliance/images/',
      'appliance/server/main.ts',
      'runtimes/conformance/',
      'runtimes/process/',
    ],
  },
  { from: 'appliance/setup/', may: ['core/', 'runtimes/', 'appliance/', 'test/engine.ts', 'test/s3.ts'] },
];

/** One vendor, one room. */
export const vendors: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^@hapi\//, rooms: ['core/gateway/http/'] },
  { name: /^@modelcontextprotocol\//, rooms: ['core/gateway/mcp/', 'appliance/cli/mcp/'] },
  { name: /^pg-boss/, rooms: ['core/base/queue/'] },
  { name: /^pg$/, rooms: ['core/base/database/'] },
  { name: /^ajv/, rooms: ['core/base/validation/', 'core/base/config/', 'runtimes/runner/'] },
  { name: /^rate-limiter-flexible$/, rooms: ['core/base/limits/'] },
  { name: /^(@peculiar\/x509|reflect-metadata)$/, rooms: ['appliance/server/own-certificate.ts'] },
  { name: /^pino/, rooms: ['core/base/telemetry/'] },
  { name: /^(minio|fast-xml-parser)$/, rooms: ['core/base/storage/'] },
  { name: /^webr$/, rooms: ['runtimes/wasm/'] },
  { name: /^@duckdb\//, rooms: ['runtimes/table/'] },
  { name: /^vega/, rooms: ['runtimes/render/'] },
  { name: /^(isolated-vm|piscina)$/, rooms: ['runtimes/sandbox/'] },
  { name: /^oidc-provider$/, rooms: ['core/gateway/http/oauth/'] },
  { name: /^jose$/, rooms: ['core/base/tokens/', 'core/gateway/http/login/'] },
  { name: /^(@otplib|otplib|uqr)/, rooms: ['core/base/factors/'] },
  { name: /^koffi$/, rooms: ['core/base/encryption/pkcs11/'] },
  { name: /^dockerode$/, rooms: ['runtimes/container/'] },
];

export const forbiddenFolders = [
  'src',
  'utils',
  'util',
  'helpers',
  'common',
  'shared',
  'lib',
  'services',
  'controllers',
];

/** Folders whose programs may speak to the process and the terminal: what people run, and what runs inside a runtime. */
export const mayTouchProcess = [
  /^appliance\//,
  /^runtimes\/[a-z]+\/(child|program)\.ts$/,
  /^test\//,
  /^runtimes\/[a-z]+\/fixtures\//,
];
