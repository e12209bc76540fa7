import type { TObject, TSchema } from 'typebox';
import { Problem } from './contracts/problem.ts';
import type { AnyRoute, ResponseContract } from './route.ts';
import { routes } from './routes/index.ts';

type Json = Record<string, unknown>;

/** `urn:assay:schema:job-page` -> `JobPage` */
function nameOf($id: string): string {
  const [name = ''] = $id.replace('urn:assay:schema:', '').split(':');
  return name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** Takes named schemas out into components and leaves references. */
function collect(schema: unknown, components: Json): unknown {
  if (Array.isArray(schema)) return schema.map((item) => collect(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $id, patternProperties, ...rest } = schema as Json & { $id?: unknown; patternProperties?: Json };
  const any = patternProperties && Object.values(patternProperties);
  // Generators of clients know `additionalProperties` better than a pattern that fits everything.
  const open =
    any?.length === 1 ? { additionalProperties: any[0] } : patternProperties ? { patternProperties } : {};
  const whole = { ...rest, ...open };
  const out = Object.fromEntries(
    Object.entries(whole).map(([key, value]) => [key, collect(value, components)]),
  );
  if (typeof $id !== 'string') return out;
  const name = nameOf($id);
  components[name] ??= out;
  return { $ref: `#/components/schemas/${name}` };
}

function parameters(where: 'path' | 'query' | 'header', schema: TObject | null, components: Json): Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, value]) => {
    const { description, ...rest } = collect(value, components) as Json;
    const asked: readonly string[] = schema?.required ?? [];
    const required = where === 'path' || asked.includes(name);
    const optional = 'default' in rest ? false : required;
    return { name, in: where, required: optional, ...(description ? { description } : {}), schema: rest };
  });
}

function requestBody({ payload }: AnyRoute, components: Json): Json {
  const content = (types: readonly string[], schema: unknown) => ({
    requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) },
  });
  switch (payload.kind) {
    case 'none':
      return {};
    case 'json':
      return content(['application/json'], collect(payload.schema, components));
    case 'form':
      return content(['application/x-www-form-urlencoded'], collect(payload.schema, components));
    case 'stream':
      return content(payload.mediaTypes, { type: 'string', format: 'binary' });
  }
}

const binary = { type: 'string', format: 'binary' };

function response(contract: ResponseContract, components: Json): Json {
  const { description, mediaType = 'application/json' } = contract;
  if (mediaType === '') return { description };
  const text = mediaType.startsWith('text/') ? { type: 'string' } : binary;
  const schema = contract.schema ? collect(contract.schema as TSchema, components) : text;
  return { description, content: { [mediaType]: { schema } } };
}

function operation(route: AnyRoute, components: Json): Json {
  const problem = collect(Problem, components);
  const answers = Object.entries(route.responses).map(([status, r]) => [status, response(r, components)]);
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.permission ? { description: `Needs the permission \`${route.permission}\`.` } : {}),
    security:
      route.auth === 'none' ? [] : [{ token: [] }, ...(route.method === 'GET' ? [{ session: [] }] : [])],
    parameters: [
      ...parameters('path', route.params, components),
      ...parameters('query', route.query, components),
      ...parameters('header', route.headers, components),
    ],
    ...requestBody(route, components),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'What was wrong, where, and what would be right.',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

/** The OpenAPI 3.1 document of the route table; the same text for the same routes. */
export function generateOpenapi(): string {
  const components: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] as Json, { [route.method.toLowerCase()]: operation(route, components) });
  }
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Assay',
      version: '1',
      description: 'Data in, the right analysis, an isolated run, a report that somebody else can check.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'API token.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-assay_session',
          description: 'Of the sign-in page; reads only. Over plain HTTP on loopback without the prefix.',
        },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
