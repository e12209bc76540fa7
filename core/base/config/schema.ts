import { type Static, Type } from 'typebox';
import { containers, runtimes } from './runtimes.ts';
import { closed, section } from './section.ts';

const RoleName = Type.Enum([
  'viewer',
  'analyst',
  'author',
  'reviewer',
  'operator',
  'administrator',
  'auditor',
]);
const Text = Type.String({ minLength: 1, maxLength: 500 });

/** One identity provider of the company. */
const IdentityProvider = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
      description: 'In addresses and in the audit trail.',
    }),
    title: Text,
    issuer: Type.String({ pattern: '^https?://', description: 'As its discovery document says it.' }),
    clientId: Text,
    clientSecretFile: Type.Optional(Text),
    scopes: Type.Array(Text, { default: [] }),
    groupsClaim: Type.String({ default: 'groups' }),
    roles: Type.Array(Type.Object({ group: Text, workspace: Text, role: RoleName }, closed), { default: [] }),
    requireAcr: Type.Array(Text, { default: [] }),
    requireAmr: Type.Array(Text, { default: [] }),
  },
  closed,
);
const requests = (whose: string, usual: number) =>
  Type.Integer({ default: usual, minimum: 60, maximum: 1e9, description: `Requests a minute ${whose}.` });
const attempts = (what: string, usual: number) =>
  Type.Integer({ default: usual, minimum: 1, maximum: 1e6, description: `${what} in 15 minutes.` });

/** The one description of the configuration: types, defaults, environment names and documentation come from it. */
export const ConfigSchema = Type.Object(
  {
    http: section('Where the api listens.', {
      host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
      port: Type.Integer({
        default: 7400,
        minimum: 0,
        maximum: 65535,
        description: 'Port; 0 takes a free one.',
      }),
      certificateFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Certificate (PEM) with its chain, for TLS; read again when it changes. Without one the api speaks plain HTTP on loopback and behind trusted proxies, and makes a certificate of its own anywhere else.',
        }),
      ),
      keyFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Key (PEM) of the certificate; a file, or `credential:NAME` for a credential of systemd.',
        }),
      ),
      trustedProxies: Type.Array(Type.String({ minLength: 1 }), {
        default: [],
        description:
          'Networks, such as `10.1.0.0/24`, whose `X-Forwarded-For`, `-Proto` and `-Host` are believed. With plain HTTP nobody else is answered.',
      }),
      publicUrl: Type.Optional(
        Type.String({
          pattern: '^https?://',
          description: 'Address that people use, where it differs (behind a proxy).',
        }),
      ),
      clientHosts: Type.Array(Type.String({ pattern: '^[a-z0-9.-]+(:[0-9]{1,5})?$' }), {
        default: [],
        description:
          'Hosts from which the descriptions of OAuth clients may be fetched (client ID metadata documents). None: they are imported from files.',
      }),
      registrationTokenFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'File whose first line lets OAuth clients register themselves (RFC 7591). Without it none can, which is as it should be.',
        }),
      ),
    }),
    limits: section('How often somebody may ask; beyond it 429 says when again.', {
      requestsPerAddress: requests('from one address (IPv6: from one /64)', 60_000),
      requestsPerPrincipal: requests('by one principal', 60_000),
      requestsPerWorkspace: requests('in one workspace', 300_000),
      signInsPerAddress: attempts('Attempts to sign in from one address', 100),
      deviceCodesPerAddress: attempts('Device codes tried from one address', 30),
    }),
    access: section('How people sign in.', {
      sessionIdleMinutes: Type.Integer({
        default: 30,
        minimum: 1,
        maximum: 1440,
        description: 'Minutes after which a session that nobody uses is over.',
      }),
      sessionHours: Type.Integer({
        default: 12,
        minimum: 1,
        maximum: 168,
        description: 'Hours after which a session is over in any case.',
      }),
      mfaRoles: Type.Array(RoleName, {
        default: [],
        description: 'Roles whose members need a second factor to sign in.',
      }),
      providers: Type.Array(IdentityProvider, {
        default: [],
        description: 'Identity providers of the company (OpenID Connect); see docs/operations/sign-in.md.',
      }),
      providersCaFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Certificates (PEM) that identity providers are checked against, beside the known ones.',
        }),
      ),
    }),
    database: section('Postgres 15 or newer. Without a url the embedded one is started, for trying out.', {
      url: Type.Optional(
        Type.String({
          pattern: '^postgres(ql)?://',
          description: 'Login that owns the schema and may create roles. Also read from DATABASE_URL.',
        }),
      ),
      poolSize: Type.Integer({ default: 8, minimum: 1, maximum: 100, description: 'Connections a process.' }),
    }),
    storage: section('Where encrypted objects lie.', {
      kind: Type.Enum(['disk', 's3'], {
        default: 'disk',
        description: 'A folder on this machine, or a bucket of any server that speaks S3.',
      }),
      directory: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Folder on disk; `objects` in the data directory where none is given.',
        }),
      ),
      endpoint: Type.Optional(
        Type.String({
          pattern: '^https?://',
          description: 'Address of the S3 server, such as https://s3.example.org.',
        }),
      ),
      bucket: Type.Optional(Type.String({ minLength: 3, description: 'Bucket; it must be there.' })),
      prefix: Type.Optional(
        Type.String({ description: 'Put before every name in the bucket; ends with a slash.' }),
      ),
      region: Type.Optional(
        Type.String({ minLength: 1, description: 'Region; us-east-1 where none is given.' }),
      ),
      accessKey: Type.Optional(Type.String({ minLength: 1, description: 'Access key.' })),
      secretKeyFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'File whose first line is the secret key; `/dev/fd/4` for a file descriptor, `credential:NAME` for a credential of systemd.',
        }),
      ),
      addressing: Type.Enum(['auto', 'path', 'virtual'], {
        default: 'auto',
        description: 'Bucket in the path or in the name of the host; auto: in the host for Amazon alone.',
      }),
      caFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Certificates (PEM) that the S3 server is checked against.',
        }),
      ),
      allowHttp: Type.Boolean({
        default: false,
        description:
          'Allow an S3 server without TLS. Objects are encrypted in any case; names and lengths are not.',
      }),
    }),
    keys: section('Where the root key lies.', {
      file: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Keyring file; `keyring.json` in the data directory where none is given.',
        }),
      ),
      passphraseFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'File whose first line is the passphrase of the keyring; `/dev/fd/3` for a file descriptor, `credential:NAME` for a credential of systemd.',
        }),
      ),
      module: Type.Optional(
        Type.String({
          pattern: '^/',
          description:
            'PKCS#11 module of a security module that keeps the root key and the key of the audit log.',
        }),
      ),
      token: Type.Optional(Type.String({ minLength: 1, description: 'Label of the token in that module.' })),
      pinFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: "File whose first line is the token's PIN; as `passphraseFile`.",
        }),
      ),
      moduleVariables: Type.Array(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), {
        default: [],
        description:
          'Environment variables that the module needs, such as SOFTHSM2_CONF; api and worker are given them.',
      }),
      backupDays: Type.Integer({
        default: 14,
        minimum: 0,
        maximum: 3650,
        description:
          'How long backups of the keyring are kept: what was erased is irrecoverable from then on, and its certificate says so.',
      }),
    }),
    audit: section('Where the heads of the audit trail are kept outside the database.', {
      checkpointSeconds: Type.Integer({
        default: 60,
        minimum: 1,
        maximum: 3600,
        description: 'Longest time until a new head is signed; after 1,000 records it is signed at once.',
      }),
      checkpointFile: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'File that signed heads are appended to; `audit-checkpoints` in the data directory where none is given.',
        }),
      ),
      syslog: Type.Optional(
        Type.String({
          pattern: '^[^:/]+:[0-9]{1,5}$',
          description: 'host:port of a syslog server that signed heads are sent to (RFC 5424 over TLS).',
        }),
      ),
      syslogCaFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Certificates (PEM) that the syslog server is checked against.',
        }),
      ),
    }),
    crypto: section('What computes the cryptography.', {
      profile: Type.Enum(['default', 'fips'], {
        default: 'default',
        description:
          '`fips`: every part uses your FIPS 140-3 validated provider, proves so when it starts, and refuses to start without.',
      }),
      opensslConfig: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'OpenSSL configuration that activates the provider; needed with `fips`. See docs/security/fips.md.',
        }),
      ),
    }),
    plugins: section('Plugins beside the shipped ones.', {
      trust: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'File of the trust policy: whose signatures let plugins in. Nobody’s where none is given. See docs/security/plugins.md.',
        }),
      ),
      development: Type.Array(Type.String({ minLength: 1, description: 'Folder of a plugin.' }), {
        default: [],
        maxItems: 20,
        description:
          'Folders that somebody works on: loaded without a signature, again after every change. Every report of their tools says so; for a machine of a developer alone.',
      }),
      own: Type.Array(
        Type.Object(
          {
            directory: Type.String({
              minLength: 1,
              description: 'Folder of the plugin; its name is the name of the plugin.',
            }),
            digest: Type.String({
              pattern: '^sha256:[0-9a-f]{64}$',
              description: 'Digest that the operator admits.',
            }),
            isolation: Type.Optional(
              Type.Enum(['bubblewrap', 'container', 'gvisor'], {
                description:
                  'The least wall around its runs; where the host has none as strong, they are refused.',
              }),
            ),
          },
          closed,
        ),
        {
          default: [],
          description:
            'Plugins that the operator admits as own. They need bubblewrap, or the stronger `isolation` that is asked for.',
        },
      ),
    }),
    jobs: section('How jobs are carried out.', {
      concurrency: Type.Integer({
        default: 2,
        minimum: 1,
        maximum: 64,
        description: 'Jobs of a worker at once.',
      }),
      pauseAfter: Type.Integer({
        default: 5,
        minimum: 0,
        maximum: 1000,
        description:
          'Jobs of a plugin of others that must crash one after the other within ten minutes for it to rest in that workspace; 0 never.',
      }),
      maxAttempts: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 100,
        description: 'Attempts at a job that faults of ours interrupt.',
      }),
    }),
    uploads: section('What may be uploaded.', {
      maxBytes: Type.Integer({
        default: 5 * 1024 ** 3,
        minimum: 1,
        description: 'Most bytes of a data set.',
      }),
    }),
    quotas: section('What a workspace may use, where an operator sets nothing else for it.', {
      jobs: Type.Integer({
        default: 1000,
        minimum: 0,
        description: 'Jobs that wait or run at once.',
      }),
      cpuSeconds: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 9_000_000_000_000,
          description: 'Seconds of CPU time in a calendar month (UTC); no limit where none is given.',
        }),
      ),
      storedBytes: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'Bytes of data sets and reports that are stored; no limit where none is given.',
        }),
      ),
    }),
    runtimes,
    containers,
    log: section('What is written to the log.', {
      level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
        default: 'info',
        description: 'Least level that is written.',
      }),
    }),
  },
  closed,
);

export type Config = Static<typeof ConfigSchema>;
