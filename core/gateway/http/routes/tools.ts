import { getTool, listTools, searchTools } from '../../../domain/tools/index.ts';
import { Tool, ToolList, ToolListQuery, ToolParams, ToolQuery } from '../contracts/tools.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

export const listRoute = defineRoute({
  method: 'GET',
  path: '/v1/tools',
  id: 'listTools',
  summary: 'The tools that can be run, by name; or those that answer a question, the likeliest first',
  auth: 'token',
  permission: 'tools:read',
  maxBytes: 0,
  timeout: quick,
  params: null,
  missing: null,
  query: ToolListQuery,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The tools.', schema: ToolList } },
  async handler({ deps, context, query: { q, dataset, limit = 10 } }) {
    if (q === undefined) return reply(200, { items: await listTools(deps, context) });
    const asked = { question: q, limit, ...(dataset === undefined ? {} : { dataset }) };
    return reply(200, { items: await searchTools(deps, context, asked) });
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
