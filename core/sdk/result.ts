import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const text = (max: number) => Type.String({ maxLength: max });
const name = Type.String({ pattern: '^[a-z][a-z0-9_-]*$', maxLength: 60 });
const cell = Type.Union([Type.Number(), text(4000), Type.Boolean(), Type.Null()]);

/** A table as it crosses the run protocol and stands in a report (`application/vnd.assay.table+json`). */
export const Table = Type.Object(
  {
    columns: Type.Array(
      Type.Object(
        {
          name: text(200),
          title: text(200),
          type: Type.Enum(['number', 'integer', 'text', 'boolean', 'p_value']),
        },
        closed,
      ),
      { minItems: 1, maxItems: 200 },
    ),
    rows: Type.Array(Type.Array(cell), { maxItems: 10_000 }),
  },
  closed,
);
export type Table = Static<typeof Table>;

/** An assumption and whether it holds for these data. */
export const Assumption = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 60 }),
    title: text(200),
    verdict: Type.Enum(['met', 'doubtful', 'violated', 'not_checked']),
    message: Type.String({ maxLength: 1000, description: 'What was seen, and what follows, in words.' }),
    statistic: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    p_value: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    test: Type.Optional(text(200)),
  },
  closed,
);
export type Assumption = Static<typeof Assumption>;

export const Warning = Type.Object(
  {
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 60 }),
    message: text(1000),
    severity: Type.Enum(['note', 'caution', 'result_doubtful']),
  },
  closed,
);
export type Warning = Static<typeof Warning>;

/** How the result was computed. */
export const Method = Type.Object(
  {
    text: Type.String({ maxLength: 4000, description: 'The method in words, for the report.' }),
    reference: Type.String({ maxLength: 200, description: 'Reference implementation: stats::lm.' }),
    options: Type.Record(Type.String({ maxLength: 60 }), Type.Union([cell, Type.Array(cell)])),
  },
  closed,
);
export type Method = Static<typeof Method>;

/** The body of the `result` frame: what a tool found. */
export const ResultDocument = Type.Object(
  {
    values: Type.Object({}, { additionalProperties: true }),
    summary: Type.Array(text(1000), { minItems: 1, maxItems: 20 }),
    method: Method,
    assumptions: Type.Array(Assumption, { maxItems: 40 }),
    warnings: Type.Array(Warning, { maxItems: 200 }),
    dropped: Type.Array(Type.Object({ rows: Type.Integer({ minimum: 1 }), reason: text(400) }, closed), {
      maxItems: 40,
    }),
    nonfinite: Type.Array(
      Type.Object(
        {
          path: text(400),
          value: Type.Union([Type.Literal('inf'), Type.Literal('-inf'), Type.Literal('nan')]),
        },
        closed,
      ),
      {
        maxItems: 10_000,
        description: 'JSON has no NaN: null in values, plus an entry here (JSON pointer from /values).',
      },
    ),
    tables: Type.Array(Type.Object({ name, title: text(200), blob: name }, closed), { maxItems: 40 }),
    figures: Type.Array(Type.Object({ name, title: text(200), alt: text(2000), blob: name }, closed), {
      maxItems: 40,
    }),
    artifacts: Type.Array(Type.Object({ name, title: text(200), blob: name }, closed), { maxItems: 40 }),
    datasets: Type.Optional(
      Type.Array(Type.Object({ name, title: text(200), blob: name }, closed), {
        minItems: 1,
        maxItems: 4,
        description:
          'New data sets: artifacts (Arrow streams) that the workspace keeps as data sets of their own.',
      }),
    ),
    code: Type.Optional(
      Type.Object(
        { language: Type.Enum(['R', 'Python']), text: text(20_000) },
        { ...closed, description: 'Equivalent code that a reader can run.' },
      ),
    ),
  },
  { ...closed, $id: 'urn:assay:schema:result:1' },
);
export type ResultDocument = Static<typeof ResultDocument>;

/** Media types of blobs. */
export const mediaTypes = {
  table: 'application/vnd.assay.table+json',
  figure: 'application/vnd.vegalite.v6+json',
  arrow: 'application/vnd.apache.arrow.stream',
  parquet: 'application/vnd.apache.parquet',
  report: 'application/vnd.assay.report+json',
  html: 'text/html',
} as const;
