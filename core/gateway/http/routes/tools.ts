import { getTool, listTools } from '../../../domain/tools/index.ts';
import { Tool, ToolList, ToolParams, ToolQuery } from '../contracts/tools.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/tools',
  id: 'listTools',
  summary: 'The tools that can be run, by name',
  auth: 'token',
  permission: 'tools:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The tools.', schema: ToolList } },
  async handler({ deps, context }) {
    return reply(200, { items: await listTools(deps, context) });
  },
});

export const getRoute = defineRoute({
  method: 'GET',
  path: '/v1/tools/{plugin}/{tool}',
  id: 'getTool',
  summary: 'Everything needed to choose and call a tool',
  auth: 'token',
  permission: 'tools:read',
  maxBytes: 0,
  timeout: quick,
  params: ToolParams,
  missing: ['tool.not_found', 'tool'],
  query: ToolQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The tool.', schema: Tool } },
  async handler({ deps, context, params, query }) {
    const body = await getTool(deps, context, { name: `${params.plugin}/${params.tool}`, ...query });
    return reply(200, body);
  },
});
