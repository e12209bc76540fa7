import { type Static, Type } from 'typebox';
import { Column, type DataSchema } from './dataset.ts';
import { ToolManifest } from './manifest.ts';
import { runProtocol } from './run-protocol.ts';

const closed = { additionalProperties: false } as const;
const text = (max: number) => Type.String({ maxLength: max });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const slug = '[a-z][a-z0-9]*(-[a-z0-9]+)*';
const named = (pattern: string, maxLength: number) => Type.String({ pattern: `^${pattern}$`, maxLength });

/** One input of a run: what comes in the `input` frame of its slot. */
export const JobInput = Type.Object(
  {
    slot: named(slug, 40),
    format: Type.Enum(['arrow', 'original', 'report'], {
      description:
        '`arrow` (an IPC stream) for tools; `original`, the upload itself, for the profile; `report` for its drawing.',
    }),
    bytes: count,
    digest: Type.String({ ...digest, description: 'SHA-256 of the bytes.' }),
    mediaType: Type.Optional(text(200)),
    name: Type.Optional(text(1000)),
    schema: Type.Optional(
      Type.Object(
        { rows: count, columns: Type.Array(Column) },
        { ...closed, description: 'The columns in their order; a program never guesses a type.' },
      ),
    ),
  },
  closed,
);
export interface JobInput extends Readonly<Omit<Static<typeof JobInput>, 'schema'>> {
  readonly schema?: DataSchema;
}

/** What a program is told to do: the body of the `run` frame. */
export const JobDocument = Type.Object(
  {
    protocol: Type.Literal(runProtocol),
    tool: Type.String({
      pattern: `^${slug}/${slug}$`,
      maxLength: 81,
      description: '`statistics/t-test`.',
    }),
    version: Type.String({ pattern: '^[0-9][0-9A-Za-z.+-]*$', maxLength: 60 }),
    program: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      maxLength: 60,
      description: 'The file of the tool to run (a `code` frame), or the built-in program’s name.',
    }),
    seed: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    threads: Type.Integer({ minimum: 1, maximum: 64 }),
    locale: Type.Literal('C.UTF-8'),
    deadline: Type.Integer({ minimum: 1, maximum: 86_400, description: 'Seconds of wall time.' }),
    limits: ToolManifest.properties.limits,
    inputs: Type.Array(JobInput, { maxItems: 4 }),
    params: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export interface JobDocument extends Readonly<Omit<Static<typeof JobDocument>, 'inputs' | 'params'>> {
  readonly inputs: readonly JobInput[];
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What the worker asks of the runner, authenticated with the key the two share. It names no image,
 * mount or option of an engine; `plugin` is `null` for a built-in program.
 */
export const RunSpecification = Type.Object(
  {
    run: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
    runtime: Type.String({ pattern: '^[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?$', maxLength: 60 }),
    plugin: Type.Union([
      Type.Object({ name: named(slug, 40), digest, tool: named(slug, 40) }, closed),
      Type.Null(),
    ]),
    job: JobDocument,
  },
  closed,
);
export interface RunSpecification extends Readonly<Omit<Static<typeof RunSpecification>, 'job'>> {
  readonly job: JobDocument;
}
