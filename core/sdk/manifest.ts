import { type Static, Type } from 'typebox';
import { ColumnRole } from './dataset.ts';

const closed = { additionalProperties: false } as const;
const words = (max: number, description: string) =>
  Type.String({ minLength: 1, maxLength: max, description });
/** `>= 3.2` */
const least = '>= \\d{1,5}(\\.\\d{1,5}){0,3}';
const slug = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$';

/** What tools need beyond their inputs and the limits of each; no runtime here gives it yet, so who asks is refused. */
const Capabilities = Type.Object(
  {
    network: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?:[1-9]\\d{0,4}$' }), {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        description: 'Hosts that they reach, as host:port.',
      }),
    ),
    secrets: Type.Optional(
      Type.Array(Type.String({ pattern: slug, maxLength: 40 }), {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        description: 'Names of secrets that they read.',
      }),
    ),
    gpu: Type.Optional(Type.Literal(true, { description: 'They need a graphics card.' })),
  },
  {
    ...closed,
    description: 'What the tools need beyond their inputs and limits; nothing where none is said.',
  },
);

/** What a run takes, as a line over the cells (rows by columns) of all its inputs. */
const Cost = (unit: string) =>
  Type.Object(
    {
      base: Type.Number({ minimum: 0, maximum: 1e6, description: `${unit} with hardly any data.` }),
      perMillionCells: Type.Number({
        minimum: 0,
        maximum: 1e6,
        description: `${unit} a million cells more take.`,
      }),
    },
    closed,
  );

/** `plugin.json`: identity of a plugin, the unit of install and of trust. */
export const PluginManifest = Type.Object(
  {
    edition: Type.Literal('2026-11-01', { description: 'Date that fixes the meaning of the manifest.' }),
    name: Type.String({ pattern: slug, maxLength: 40 }),
    version: Type.String({ pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)$' }),
    title: words(80, 'Name for people.'),
    description: words(400, 'What the plugin is for.'),
    publisher: words(80, 'Who made it.'),
    license: words(40, 'SPDX identifier.'),
    capabilities: Type.Optional(Capabilities),
    tools: Type.Array(Type.String({ pattern: slug, maxLength: 40 }), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description: 'Folders of the tools, beside plugin.json.',
    }),
  },
  { ...closed, $id: 'urn:assay:schema:plugin-manifest:2026-11-01' },
);
export type PluginManifest = Static<typeof PluginManifest>;

/** Marks a parameter (or its items) as the name of a column of an input. */
export const ColumnReference = Type.Object(
  {
    input: Type.String({ pattern: slug, description: 'Slot of the input whose column is meant.' }),
    roles: Type.Array(ColumnRole, { minItems: 1, uniqueItems: true, description: 'Roles that fit.' }),
  },
  closed,
);
export type ColumnReference = Static<typeof ColumnReference>;

/** Runtimes a tool's program may ask for. */
export const RuntimeName = Type.Enum(['sandbox', 'wasm', 'container', 'table', 'render']);
export type RuntimeName = Static<typeof RuntimeName>;

/** A JSON Schema (2020-12) object; what it may hold is checked when it is compiled. */
const Schema = Type.Object({}, { additionalProperties: true, description: 'JSON Schema 2020-12.' });

/** `tool.json`: one callable analysis. */
export const ToolManifest = Type.Object(
  {
    title: words(80, 'Name for people: "Two-sample t test".'),
    question: words(200, 'The question it answers, as a person would ask it.'),
    whenToUse: Type.Array(words(300, 'A situation in which it is the right choice.'), {
      minItems: 1,
      maxItems: 8,
    }),
    whenNotToUse: Type.Optional(
      Type.Array(words(300, 'When another tool is right, and which.'), { maxItems: 8 }),
    ),
    examples: Type.Array(words(200, 'A question in plain words.'), { minItems: 2, maxItems: 12 }),
    synonyms: Type.Optional(Type.Array(words(60, 'Another name.'), { maxItems: 30 })),
    assumptions: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: slug }),
          title: words(120, 'Short name.'),
          check: words(300, 'How it is checked.'),
        },
        closed,
      ),
      { maxItems: 12 },
    ),
    citations: Type.Array(
      Type.Object(
        { text: words(400, 'Reference in full.'), doi: Type.Optional(Type.String({ maxLength: 80 })) },
        closed,
      ),
      { minItems: 1, maxItems: 12 },
    ),
    visibility: Type.Optional(Type.Union([Type.Literal('public'), Type.Literal('system')])),
    runtimes: Type.Array(RuntimeName, {
      minItems: 1,
      uniqueItems: true,
      description: 'Runtimes that can carry it out, best first.',
    }),
    program: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
      maxLength: 60,
      description: 'File in the tool folder: main.R, or a built-in program of the runtime.',
    }),
    requires: Type.Object(
      {
        language: Type.Optional(
          Type.String({
            maxLength: 40,
            pattern: `^[a-z]+( ${least})?$`,
            description: 'The language, from a version on: r >= 4.2.',
          }),
        ),
        packages: Type.Optional(
          Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 40, pattern: `^${least}$` }), {
            maxProperties: 50,
            description: 'Packages beyond the base of the language, by name: {"survival": ">= 3.2"}.',
          }),
        ),
      },
      closed,
    ),
    inputs: Type.Array(
      Type.Object(
        {
          slot: Type.String({ pattern: slug }),
          description: words(300, 'What belongs here.'),
          minRows: Type.Optional(Type.Integer({ minimum: 0 })),
          maxRows: Type.Optional(Type.Integer({ minimum: 1 })),
          maxColumns: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
      { minItems: 1, maxItems: 4 },
    ),
    parameters: Schema,
    output: Schema,
    refusals: Type.Array(
      Type.Object(
        {
          class: Type.Enum(['input', 'data', 'convergence', 'resource', 'unsupported']),
          code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }),
          description: words(300, 'When the tool refuses so.'),
        },
        closed,
      ),
      { maxItems: 40 },
    ),
    limits: Type.Object(
      {
        seconds: Type.Integer({ minimum: 1, maximum: 86400, description: 'Wall time of a run.' }),
        memoryMb: Type.Integer({ minimum: 64, maximum: 65536 }),
        outputMb: Type.Integer({
          minimum: 1,
          maximum: 65536,
          description: 'All blobs and the result together.',
        }),
      },
      closed,
    ),
    cost: Type.Optional(
      Type.Object(
        { seconds: Cost('Seconds'), memoryMb: Cost('Megabytes') },
        {
          ...closed,
          description:
            'About what a run takes, measured by the author. Data for which that is beyond the limits are refused before they are read.',
        },
      ),
    ),
    determinism: Type.Optional(
      Type.Enum(['exact', 'approximate'], {
        default: 'exact',
        description:
          '`exact`: the same data, parameters, seed and image give the same bytes. `approximate`: the same only within the tolerances of the cases; then no earlier result is taken for a new one.',
      }),
    ),
    cases: Type.Array(Type.String({ pattern: slug }), {
      maxItems: 100,
      description: 'Folders under cases/.',
    }),
  },
  { ...closed, $id: 'urn:assay:schema:tool-manifest:2026-11-01' },
);
export type ToolManifest = Static<typeof ToolManifest>;
