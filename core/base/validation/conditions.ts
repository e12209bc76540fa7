import type { ErrorObject } from 'ajv/dist/2020.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What a path of the validator (`#/allOf/0/if`) leads to; undefined where it goes through a reference. */
function partAt(schema: object, schemaPath: string): unknown {
  let place: unknown = schema;
  for (const part of schemaPath.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(place) || !Object.hasOwn(place, key)) return undefined;
    place = place[key];
  }
  return place;
}

/** `"method" is "seasonal"`, where the condition is no more than that members have certain values. */
function inWords(condition: unknown): string | undefined {
  if (!isObject(condition) || !isObject(condition.properties)) return undefined;
  const parts = Object.entries(condition.properties).map(([name, schema]) => {
    if (!isObject(schema)) return undefined;
    const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum;
    return Array.isArray(values)
      ? `"${name}" is ${values.map((v) => JSON.stringify(v)).join(' or ')}`
      : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join(' and ');
}

/**
 * What fails under a condition (`if`, `then`, `else`) is told with it; that the condition failed as such says nothing more.
 * @returns the errors that are left, each with the words to add
 */
export function underConditions(
  schema: object,
  errors: readonly ErrorObject[],
): { readonly error: ErrorObject; readonly condition: string }[] {
  const conditions = errors.filter(({ keyword }) => keyword === 'if');
  const told = errors.filter((error) => !conditions.includes(error));
  // A condition alone would be a fault all the same, and never none.
  return (told.length > 0 ? told : errors).map((error) => {
    const over = conditions.find(({ schemaPath, params }) =>
      error.schemaPath.startsWith(`${schemaPath.replace(/if$/, String(params.failingKeyword))}/`),
    );
    const words = over && inWords(partAt(schema, over.schemaPath));
    const joined = over?.params.failingKeyword === 'else' ? ', unless' : ', where';
    return { error, condition: words ? `${joined} ${words}` : '' };
  });
}
