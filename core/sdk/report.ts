import { type Static, Type } from 'typebox';
import { Assumption, Method, Table, Warning } from './result.ts';

const closed = { additionalProperties: false } as const;
const S = Type.String();

/** The structured report: one document, from which HTML (and later PDF) is rendered. */
export const Report = Type.Object(
  {
    format: Type.Literal('assay-report/1'),
    id: S,
    title: S,
    question: S,
    summary: Type.Array(S),
    tool: Type.Object({ name: S, version: S, title: S, runtime: S, shipped: Type.Boolean() }, closed),
    data: Type.Array(
      Type.Object(
        { slot: S, id: S, name: S, digest: S, rows: Type.Integer(), columns: Type.Integer() },
        closed,
      ),
    ),
    made: Type.Optional(
      Type.Array(Type.Object({ id: S, name: S, digest: S }, closed), {
        description: 'New data sets that the job made.',
      }),
    ),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    method: Method,
    assumptions: Type.Array(Assumption),
    warnings: Type.Array(Warning),
    dropped: Type.Array(Type.Object({ rows: Type.Integer(), reason: S }, closed)),
    tables: Type.Array(Type.Object({ name: S, title: S, digest: S, table: Table }, closed)),
    figures: Type.Array(
      Type.Object(
        { name: S, title: S, alt: S, digest: S, spec: Type.Object({}, { additionalProperties: true }) },
        closed,
      ),
    ),
    values: Type.Object({}, { additionalProperties: true }),
    nonfinite: Type.Array(Type.Object({ path: S, value: S }, closed)),
    citations: Type.Array(Type.Object({ text: S, doi: Type.Optional(S) }, closed)),
    code: Type.Optional(Type.Object({ language: S, text: S }, closed)),
    resultDigest: S,
    provenance: Type.Object(
      {
        job: S,
        workspace: S,
        principal: S,
        submitted: S,
        started: S,
        finished: S,
        seed: Type.Integer(),
        threads: Type.Integer(),
        seconds: Type.Number(),
        attempt: Type.Integer(),
        plugin: Type.Object({ name: S, version: S, digest: S }, closed),
        runtime: Type.Object({ name: S, version: S, isolation: S, image: S }, closed),
        parametersDigest: S,
        assay: S,
      },
      closed,
    ),
  },
  { ...closed, $id: 'urn:assay:schema:report:1' },
);
export type Report = Static<typeof Report>;
