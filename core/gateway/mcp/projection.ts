import type { Tool } from '@modelcontextprotocol/server';
import type { ToolView } from '../../domain/tools/index.ts';
import { resultSchema } from './results.ts';

type Schema = Readonly<Record<string, unknown>>;

/** In MCP a tool has no slash in its name: `statistics/t-test` is `statistics.t-test`. */
export function mcpName(tool: string): string {
  return tool.replace('/', '.');
}

export function toolName(mcp: string): string {
  return mcp.replace('.', '/');
}

/** References in a schema of a manifest are to its own root, so its definitions move to the root that it is put under. */
function lift(schema: Schema): { readonly schema: Schema; readonly defs: Schema } {
  const { $defs, ...rest } = schema;
  return { schema: rest, defs: $defs ? { $defs } : {} };
}

/** The same body as `POST /v1/jobs`, with the tool's own schema of its parameters, unchanged. */
function inputSchema(view: ToolView): Tool['inputSchema'] {
  const { schema, defs } = lift(view.parameters);
  const required = Array.isArray(schema.required) && schema.required.length > 0;
  const slots = view.inputs.map(({ slot, description }) => [
    slot,
    { type: 'string', format: 'uuid', description: `Id of a data set (list_datasets). ${description}` },
  ]);
  return {
    type: 'object',
    properties: {
      inputs: {
        type: 'object',
        description: 'The data set of each input.',
        properties: Object.fromEntries(slots),
        required: view.inputs.map(({ slot }) => slot),
        additionalProperties: false,
      },
      params: { description: 'Parameters; columns are named as in describe_dataset.', ...schema },
      seed: { type: 'integer', minimum: 0, maximum: 2147483647, description: 'Seed of the random numbers.' },
      cache: { type: 'string', enum: ['use', 'refresh'], description: '`refresh` runs it anew.' },
    },
    required: required ? ['inputs', 'params'] : ['inputs'],
    additionalProperties: false,
    ...defs,
  };
}

/** What every tool answers; `values` fits the tool's own output schema, unchanged. */
function outputSchema(view: ToolView): NonNullable<Tool['outputSchema']> {
  const { schema, defs } = lift(view.output);
  return { ...resultSchema(schema), ...defs };
}

function describe(view: ToolView): string {
  const list = (heading: string, lines: readonly string[]) =>
    lines.length > 0 ? `\n${heading}:\n${lines.map((line) => `- ${line}`).join('\n')}` : '';
  return [
    view.question,
    list('Use it to', view.whenToUse),
    list('Do not use it where', view.whenNotToUse),
    list('It answers', view.examples),
  ].join('');
}

/** An installed tool as MCP lists it: a pure projection of its manifest. */
export function projectTool(view: ToolView): Tool {
  return {
    name: mcpName(view.name),
    title: view.title,
    description: describe(view),
    inputSchema: inputSchema(view),
    outputSchema: outputSchema(view),
    // It makes a job and a report, and changes nothing that is there.
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    _meta: { 'assay/version': view.version, 'assay/plugin': view.plugin.digest },
  };
}
