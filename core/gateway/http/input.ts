import { AssayError, type Issue } from '@assay/sdk';
import type { TObject } from 'typebox';
import type { Check, Validator } from '../../base/validation/index.ts';
import type { AnyRoute } from './route.ts';

type Values = Record<string, unknown>;

/** Raw parts of a request, as they came. */
export interface RawInput {
  readonly params: Values;
  readonly query: Values;
  readonly headers: Values;
  readonly payload: unknown;
}

const maxDepth = 40;

/** Looks without recursion, so that no depth of nesting can end the process. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let i = 0; i <= depth && level.length > 0; i++)
    level = level.flatMap((v) => (typeof v === 'object' && v !== null ? Object.values(v) : []));
  return level.length > 0;
}

/** Texts of an address as the numbers that the schema asks for; what is no number is left for the check to refuse. */
function readNumbers(schema: TObject, values: Values): Values {
  const read = (name: string, value: unknown) => {
    const type = (schema.properties[name] as { type?: string } | undefined)?.type;
    return type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)
      ? Number(value)
      : value;
  };
  return Object.fromEntries(Object.entries(values).map(([k, v]) => [k, read(k, v)]));
}

/** Only the headers that the contract names. */
function pick(schema: TObject, headers: Values): Values {
  const names = Object.keys(schema.properties).filter((name) => headers[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

function refuse(what: string, issues: readonly Issue[]): never {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new AssayError('request.invalid', `The ${what} is not valid. ${first?.detail ?? ''}${more}`, {
    issues,
  });
}

/**
 * Compiles the contracts of a route into one step that gives validated values.
 * @throws AssayError `request.invalid`, or the route's own `not_found` for a malformed parameter of the path
 */
export function compileInput(validator: Validator, route: AnyRoute): (raw: RawInput) => RawInput {
  const compile = (schema: object | null): Check | null =>
    schema && validator.compile(schema, { defaults: true });
  const params = compile(route.params);
  const query = compile(route.query ?? { type: 'object', additionalProperties: false });
  const headers = compile(route.headers);
  const payload = compile('schema' in route.payload ? route.payload.schema : null);
  return (raw) => {
    if (params && route.missing && params(raw.params).length > 0) {
      const [code, noun] = route.missing;
      const named = Object.values(raw.params).join('/').slice(0, 100);
      throw new AssayError(code, `There is no ${noun} ${named} in this workspace.`);
    }
    const read = {
      params: raw.params,
      query: route.query ? readNumbers(route.query, raw.query) : { ...raw.query },
      headers: route.headers ? pick(route.headers, raw.headers) : {},
      payload: raw.payload,
    };
    const check = (what: string, run: Check | null, value: unknown, pointer: string) => {
      const issues = run?.(value, pointer) ?? [];
      if (issues.length > 0) refuse(what, issues);
    };
    check('query', query, read.query, '/query');
    check('header', headers, read.headers, '/headers');
    if (isDeeperThan(raw.payload, maxDepth))
      throw new AssayError('request.invalid', `The body is nested deeper than ${maxDepth} levels.`);
    check('body', payload, read.payload, '');
    return read;
  };
}
