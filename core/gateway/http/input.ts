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
  /** Text of the body, where it is JSON or a form. */
  readonly text: string;
}

export interface Input {
  readonly params: Values;
  readonly query: Values;
  readonly headers: Values;
  readonly payload: unknown;
}

const maxDepth = 40;

function invalid(detail: string, cause?: unknown): AssayError {
  return new AssayError('request.invalid', detail, { cause });
}

/** Looks without recursion, so that no depth of nesting can end the process. */
function checkNesting(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw invalid(`The body is nested deeper than ${maxDepth} levels.`);
    const objects = level.filter((v) => typeof v === 'object' && v !== null);
    // As a name it is harmless to us, but not to everything that may copy the object later.
    if (objects.some((v) => Object.hasOwn(v, '__proto__')))
      throw invalid('The body has a member "__proto__".');
    level = objects.flatMap((v) => Object.values(v));
  }
}

/** @throws AssayError `request.invalid` */
function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    checkNesting(value);
    return value;
  } catch (error) {
    if (AssayError.is(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(`The body is not JSON: ${reason.slice(0, 200).toWellFormed()}.`, error);
  }
}

/** The text of a body as the value that its contract describes. */
function readBody(route: AnyRoute, text: string): unknown {
  const { kind } = route.payload;
  if (kind === 'json') return readJson(text);
  if (kind === 'form') return Object.fromEntries(new URLSearchParams(text));
  return undefined;
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
 * @throws AssayError `request.invalid`, or the route's own `not_found` for a malformed id in the address
 */
export function compileInput(validator: Validator, route: AnyRoute): (raw: RawInput) => Input {
  const compile = (schema: object | null): Check | null =>
    schema && validator.compile(schema, { defaults: true });
  const params = compile(route.params);
  const query = compile(route.query ?? { type: 'object', additionalProperties: false });
  const headers = compile(route.headers);
  const payload = compile('schema' in route.payload ? route.payload.schema : null);
  return (raw) => {
    const unknown = (parts: readonly unknown[]) => {
      if (!route.missing) return;
      const [code, noun] = route.missing;
      throw new AssayError(code, `There is no ${noun} ${parts.join('/').slice(0, 100)} in this workspace.`);
    };
    if (params && params(raw.params).length > 0) unknown(Object.values(raw.params));
    const read = {
      params: raw.params,
      query: route.query ? readNumbers(route.query, raw.query) : { ...raw.query },
      headers: route.headers ? pick(route.headers, raw.headers) : {},
      payload: readBody(route, raw.text),
    };
    const check = (what: string, run: Check | null, value: unknown, pointer: string) => {
      const issues = run?.(value, pointer) ?? [];
      if (issues.length > 0 && issues.every((i) => i.pointer === '/query/after')) unknown([raw.query.after]);
      if (issues.length > 0) refuse(what, issues);
    };
    check('query', query, read.query, '/query');
    check('header', headers, read.headers, '/headers');
    check('body', payload, read.payload, '');
    return read;
  };
}
