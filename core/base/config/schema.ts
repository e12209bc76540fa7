import { type Static, type TObject, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const section = <T extends Record<string, Parameters<typeof Type.Object>[0][string]>>(
  description: string,
  properties: T,
): TObject<T> => Type.Object(properties, { ...closed, description, default: {} });

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
      publicUrl: Type.Optional(
        Type.String({
          pattern: '^https?://',
          description: 'Address that people use, where it differs (behind a proxy).',
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
      directory: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Folder on disk; `objects` in the data directory where none is given.',
        }),
      ),
    }),
    keys: section('Where the root key lies.', {
      file: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Keyring file; `keyring.json` in the data directory where none is given.',
        }),
      ),
    }),
    plugins: section('Plugins beside the shipped ones.', {
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
          },
          closed,
        ),
        { default: [], description: 'Plugins that the operator admits as own. They need bubblewrap.' },
      ),
    }),
    jobs: section('How jobs are carried out.', {
      concurrency: Type.Integer({
        default: 2,
        minimum: 1,
        maximum: 64,
        description: 'Jobs of a worker at once.',
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
    runtimes: section('Where tools run.', {
      prestart: Type.Integer({
        default: 1,
        minimum: 0,
        maximum: 16,
        description: 'Programs of each runtime kept started and ready.',
      }),
      isolation: Type.Enum(['auto', 'required'], {
        default: 'auto',
        description:
          '`required`: refuse to start without bubblewrap. `auto`: say so and run shipped plugins alone.',
      }),
    }),
    containers: section('The container engine that tools may run in.', {
      socket: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Unix socket of a Docker Engine; /var/run/docker.sock where it is there and none is given.',
        }),
      ),
      ociRuntime: Type.Optional(
        Type.Enum(['runc', 'runsc'], {
          description: "The engine's own where none is given; runsc is gVisor.",
        }),
      ),
    }),
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
