import { AssayError, type Issue } from '@assay/sdk';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { underConditions } from './conditions.ts';
import { linearPatterns } from './patterns.ts';

/** Holds a value against a compiled schema; empty where it fits. `pointer` is put in front of every place. */
export type Check = (value: unknown, pointer?: string) => Issue[];

export interface Validator {
  /**
   * Compiles a JSON Schema (2020-12), strictly: an unknown keyword or format is refused.
   * With `defaults`, missing members that have a default are filled in in place.
   * @throws AssayError `plugin.manifest_invalid` where the schema itself is wrong
   */
  compile(schema: object, options?: { defaults?: boolean }): Check;
}

type Words = (params: Record<string, unknown>) => string;
const words: Record<string, Words> = {
  additionalProperties: (p) => `"${p.additionalProperty}" is not known here`,
  unevaluatedProperties: (p) => `"${p.unevaluatedProperty}" is not known here`,
  required: (p) => `"${p.missingProperty}" is missing`,
  enum: (p) => `must be one of ${list(p.allowedValues)}`,
  const: (p) => `must be ${JSON.stringify(p.allowedValue)}`,
  type: (p) => `must be ${String(p.type).split(',').join(' or ')}`,
  pattern: (p) => `must match ${p.pattern}`,
  format: (p) => `must be a ${p.format}`,
  minItems: (p) => `needs at least ${p.limit} item${p.limit === 1 ? '' : 's'}`,
  maxItems: (p) => `takes at most ${p.limit} items`,
  minLength: (p) => `needs at least ${p.limit} character${p.limit === 1 ? '' : 's'}`,
  maxLength: (p) => `takes at most ${p.limit} characters`,
  minimum: (p) => `must be ${p.limit} or more`,
  maximum: (p) => `must be ${p.limit} or less`,
  uniqueItems: (p) => `items ${p.j} and ${p.i} are the same`,
  dependentRequired: (p) => `"${p.missingProperty}" is missing, which "${p.property}" needs`,
  'false schema': () => 'is not allowed',
};

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((v) => JSON.stringify(v)).join(', ') : String(values);
}

/** A union of constants fails as several `const` errors: say it in one sentence. */
function merge(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((e) => e.keyword === 'anyOf' || e.keyword === 'oneOf');
  const out = errors.filter((e) => !unions.includes(e));
  for (const union of unions) {
    const parts = out.filter((e) => e.schemaPath.startsWith(`${union.schemaPath}/`));
    const allowed = parts.filter((e) => e.keyword === 'const').map((e) => e.params.allowedValue);
    const types = parts.filter((e) => e.keyword === 'type').map((e) => e.params.type);
    const deeper = parts.some((e) => e.instancePath !== union.instancePath);
    if (deeper) continue;
    // An alternative whose kind fits says better what is wrong than that the other kinds do not.
    const closer = parts.filter((e) => e.keyword !== 'const' && e.keyword !== 'type');
    if (closer.length > 0) {
      for (const part of parts) if (!closer.includes(part)) out.splice(out.indexOf(part), 1);
      continue;
    }
    for (const part of parts) out.splice(out.indexOf(part), 1);
    if (allowed.length > 0) out.push({ ...union, keyword: 'enum', params: { allowedValues: allowed } });
    else out.push({ ...union, keyword: 'type', params: { type: [...new Set(types)].join(',') } });
  }
  return out;
}

function toIssue(error: ErrorObject, condition: string, pointer: string): Issue {
  const say = words[error.keyword];
  const at = `${pointer}${error.instancePath}`;
  return {
    pointer: at,
    code: error.keyword
      .replace(/[A-Z]/g, (c) => `_${c}`)
      .replace(' ', '_')
      .toUpperCase(),
    detail: `${at === '' ? 'The value' : at}: ${say ? say(error.params) : (error.message ?? error.keyword)}${condition}.`,
  };
}

/** The one place where ajv is. Strict, all errors, no coercion, remote references impossible (no loader). */
export function createValidator(): Validator {
  const make = (useDefaults: boolean) => {
    const ajv = new Ajv2020({
      strict: true,
      strictRequired: false,
      allErrors: true,
      useDefaults,
      ownProperties: true,
      code: { regExp: linearPatterns },
    });
    formats.default(ajv, ['uuid', 'date', 'date-time', 'uri']);
    ajv.addVocabulary(['column', 'columnKeys']);
    return ajv;
  };
  const plain = make(false);
  const filling = make(true);
  return {
    compile(schema, options = {}) {
      const ajv = options.defaults ? filling : plain;
      let validate: ReturnType<typeof ajv.compile>;
      try {
        validate = ajv.compile(schema);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new AssayError('plugin.manifest_invalid', `The schema cannot be used: ${reason}.`, { cause });
      }
      return (value, pointer = '') =>
        validate(value)
          ? []
          : underConditions(schema, merge(validate.errors ?? [])).map(({ error, condition }) =>
              toIssue(error, condition, pointer),
            );
    },
  };
}
