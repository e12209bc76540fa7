import type { CallToolResult, InputRequiredResult, Tool } from '@modelcontextprotocol/server';
import { type TSchema, Type } from 'typebox';
import type { Permission } from '../../../domain/access/index.ts';
import type { Calling } from '../call.ts';

type Given = Readonly<Record<string, unknown>>;

/** A tool of the endpoint itself, over one use case: the same in every workspace. */
export interface OwnTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What its use case asks for; for readers and for the scopes of a token, the rule itself is in the domain. */
  readonly permissions: readonly Permission[];
  /** Schemas of its arguments, by name; what is optional says so. */
  readonly arguments: Readonly<Record<string, TSchema>>;
  readonly output: NonNullable<Tool['outputSchema']>;
  readonly annotations: NonNullable<Tool['annotations']>;
  /** @param given held against `arguments` */
  call(calling: Calling, given: Given): Promise<CallToolResult | InputRequiredResult>;
}

export const reading = { readOnlyHint: true, openWorldHint: false } as const;
export const Id = (description: string) => Type.String({ format: 'uuid', description });

export function inputSchema(tool: OwnTool): Tool['inputSchema'] {
  const { required, properties } = Type.Object(tool.arguments);
  return {
    type: 'object',
    properties: JSON.parse(JSON.stringify(properties)),
    ...(required && required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** As MCP lists it. */
export function showOwnTool(tool: OwnTool): Tool {
  const { name, title, description, output, annotations } = tool;
  return { name, title, description, inputSchema: inputSchema(tool), outputSchema: output, annotations };
}

/** An object of which these members are always there; others may be. */
export function answers(...required: readonly string[]): NonNullable<Tool['outputSchema']> {
  return {
    type: 'object',
    properties: Object.fromEntries(required.map((name) => [name, {}])),
    required: [...required],
  };
}

/** Data as data, and once more as text for clients that read nothing else. */
export function answer(structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}
