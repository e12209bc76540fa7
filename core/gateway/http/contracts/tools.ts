import { ToolManifest } from '@assay/sdk';
import { Type } from 'typebox';
import { standing, VersionRange } from './plugins.ts';
import { Digest, shape } from './schema.ts';

const slug = { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 40 };
const manifest = ToolManifest.properties;
const texts = Type.Array(Type.String());
const JsonSchema = Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema 2020-12.' });

const summary = {
  name: Type.String({ description: 'Plugin and tool: `statistics/t-test`.' }),
  version: Type.String(),
  title: Type.String(),
  question: Type.String({ description: 'The question it answers.' }),
};

const Columns = Type.Union([Type.String(), Type.Array(Type.String())]);
const Fit = shape({
  fits: Type.Boolean(),
  missing: Type.Array(Type.String(), { description: 'What the data set lacks for it, in words.' }),
  params: Type.Record(Type.String(), Columns, {
    description: 'Columns for its parameters, as far as data set and question say them.',
  }),
  open: Type.Array(
    shape({
      parameter: Type.String(),
      title: Type.String(),
      choices: Type.Array(Type.String()),
      list: Type.Boolean({ description: 'Whether several may be chosen.' }),
    }),
    { description: 'Required parameters that neither says, with the columns that fit.' },
  ),
});
const ToolSummary = shape(
  {
    ...summary,
    because: Type.Optional(
      Type.String({
        description: 'Where a question was asked: what the tool says of itself that is nearest.',
      }),
    ),
    fit: Type.Optional(Fit),
  },
  'tool-summary',
);
export const ToolList = shape({ items: Type.Array(ToolSummary) }, 'tool-list');

/** Without a question all tools are listed by their names; with one the likeliest come first. */
export const ToolListQuery = shape({
  q: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: 'What you want to know, in plain words.' }),
  ),
  dataset: Type.Optional(
    Type.String({ format: 'uuid', description: 'Data set at hand: its columns are held against the tools.' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Most answers to a question.' }),
  ),
});

export const Tool = shape(
  {
    ...summary,
    plugin: shape({
      name: Type.String(),
      version: Type.String(),
      digest: Digest,
      publisher: Type.String(),
      license: Type.String(),
      ...standing,
    }),
    whenToUse: texts,
    whenNotToUse: texts,
    examples: texts,
    synonyms: texts,
    assumptions: manifest.assumptions,
    citations: manifest.citations,
    inputs: manifest.inputs,
    parameters: JsonSchema,
    output: JsonSchema,
    refusals: manifest.refusals,
    limits: manifest.limits,
    cost: manifest.cost,
    determinism: Type.Enum(['exact', 'approximate'], {
      description: 'Whether the same job gives the same bytes, or the same within tolerances.',
    }),
    runtimes: manifest.runtimes,
  },
  'tool',
);

export const ToolParams = shape({ plugin: Type.String(slug), tool: Type.String(slug) });
/** Without a version the newest is meant, or the one that the workspace is pinned to. */
export const ToolQuery = shape({ version: Type.Optional(VersionRange) });
