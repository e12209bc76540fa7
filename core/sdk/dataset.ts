import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;

/** Storage types of a column. `integer` fits 32 bits; larger whole numbers are `number`. */
export const ColumnType = Type.Enum(['boolean', 'integer', 'number', 'text', 'date', 'timestamp']);
export type ColumnType = Static<typeof ColumnType>;

/** What a column may be used as. */
export const ColumnRole = Type.Enum(['numeric', 'category', 'time', 'id', 'text']);
export type ColumnRole = Static<typeof ColumnRole>;

/** One column of a data set as tools see it; sent with the data, never guessed again. */
export const Column = Type.Object(
  {
    name: Type.String(),
    type: ColumnType,
    role: ColumnRole,
    roles: Type.Array(ColumnRole, {
      description: 'Every role the column can take; `role` is the proposed one.',
    }),
    levels: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Sorted distinct values, where there are at most 1,000 of them.',
      }),
    ),
  },
  closed,
);
export type Column = Static<typeof Column>;

const scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);

/** What is known of one column. Numbers are in the column's own unit; dates are ISO 8601 text. */
export const ColumnProfile = Type.Object(
  {
    ...Column.properties,
    missing: Type.Integer({ description: 'Number of missing values.' }),
    distinct: Type.Integer({ description: 'Number of distinct values, missing ones not counted.' }),
    min: Type.Optional(scalar),
    max: Type.Optional(scalar),
    mean: Type.Optional(Type.Number()),
    sd: Type.Optional(Type.Number({ description: 'Sample standard deviation (n - 1).' })),
    q1: Type.Optional(Type.Number({ description: 'First quartile, type 7.' })),
    median: Type.Optional(Type.Number()),
    q3: Type.Optional(Type.Number()),
    top: Type.Array(Type.Object({ value: scalar, count: Type.Integer() }, closed), {
      description: 'At most ten most frequent values.',
    }),
    constant: Type.Boolean(),
  },
  closed,
);
export type ColumnProfile = Static<typeof ColumnProfile>;

/** What is known of a data set: made once, by the table runtime. */
export const Profile = Type.Object(
  {
    rows: Type.Integer(),
    columns: Type.Array(ColumnProfile),
    format: Type.String({ description: 'How the bytes were read: csv, parquet, arrow, json.' }),
    encoding: Type.Optional(
      Type.String({ description: 'Text encoding that was found: utf-8, utf-16, latin-1.' }),
    ),
    delimiter: Type.Optional(Type.String()),
    notes: Type.Array(Type.String(), { description: 'What reading the file changed or assumed, in words.' }),
  },
  closed,
);
export type Profile = Static<typeof Profile>;

/** Schema that travels with the data to a tool. */
export interface DataSchema {
  readonly rows: number;
  readonly columns: readonly Column[];
}
