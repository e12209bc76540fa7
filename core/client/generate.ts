import openapiTypescript, { astToString } from 'openapi-typescript';

/** The types of the client, from the description of the API. */
export async function generateApiTypes(openapi: string): Promise<string> {
  const types = await openapiTypescript(JSON.parse(openapi), { alphabetize: true });
  return `// Generated from docs/reference/openapi.json; do not edit.\n${astToString(types)}`;
}
