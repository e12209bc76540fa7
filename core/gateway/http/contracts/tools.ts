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

const ToolSummary = shape(summary, 'tool-summary');
export const ToolList = shape({ items: Type.Array(ToolSummary) }, 'tool-list');

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
