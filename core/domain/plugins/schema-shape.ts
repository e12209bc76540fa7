import type { ColumnReference } from '@assay/sdk';

/**
 * Schemas from manifests are compiled to code, so their shape is bounded first: depth, number of parts, length of
 * patterns, local references only. The figures are those of the threat model.
 */
const limits = {
  depth: 32,
  nodes: 2000,
  /** Parts when every reference is put in the place of what it refers to. */
  unfolded: 10_000,
  enumValues: 200,
  patternLength: 256,
  uniqueItems: 10_000,
};
const forbiddenKeys = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$dynamicRef',
  '$recursiveRef',
  '$data',
]);

type Visit = (node: object, depth: number) => void;

/** Deeper levels are not entered once the bound is passed, so that the walk itself is bounded. */
function walk(node: unknown, visit: Visit, depth = 0): void {
  if (typeof node !== 'object' || node === null) return;
  visit(node, depth);
  if (depth <= limits.depth) for (const value of Object.values(node)) walk(value, visit, depth + 1);
}

function patternsOf(node: Record<string, unknown>): string[] {
  const names = node.patternProperties;
  return [
    ...(typeof node.pattern === 'string' ? [node.pattern] : []),
    ...(typeof names === 'object' && names !== null ? Object.keys(names) : []),
  ];
}

/** What a local reference points to (RFC 6901, in a fragment). */
function resolve(schema: unknown, reference: string): unknown {
  let place: unknown = schema;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined;
    place = (place as Record<string, unknown>)[key];
  }
  return place;
}

/** Holding a value against a schema may take as many steps as its references unfold to: for ever, where they are in a ring. */
function unfoldsBeyond(schema: object, most: number): boolean {
  let parts = 0;
  const open: unknown[] = [schema];
  while (open.length > 0 && parts <= most) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    parts += 1;
    const { $ref: reference } = next as Record<string, unknown>;
    if (typeof reference === 'string') open.push(resolve(schema, reference));
    open.push(...Object.values(next));
  }
  return parts > most;
}

/** What is wrong with the shape of a schema; empty where it may be compiled. */
export function checkSchemaShape(schema: object): string[] {
  const findings = new Set<string>();
  let nodes = 0;
  walk(schema, (part, depth) => {
    nodes += 1;
    if (depth > limits.depth) findings.add(`it is nested deeper than ${limits.depth} levels`);
    if (Array.isArray(part)) return;
    const node = part as Record<string, unknown>;
    for (const key of Object.keys(node))
      if (forbiddenKeys.has(key)) findings.add(`the key "${key}" is not allowed`);
    if (Array.isArray(node.enum) && node.enum.length > limits.enumValues)
      findings.add(`an enum has more than ${limits.enumValues} values`);
    if (patternsOf(node).some((pattern) => pattern.length > limits.patternLength))
      findings.add(`a pattern is longer than ${limits.patternLength} characters`);
    if (typeof node.$ref === 'string' && !node.$ref.startsWith('#/'))
      findings.add(`"${node.$ref}" is not a local reference`);
    if (node.uniqueItems === true && !(Number(node.maxItems) <= limits.uniqueItems))
      findings.add(`uniqueItems needs maxItems, of at most ${limits.uniqueItems}`);
  });
  if (nodes > limits.nodes) findings.add(`it has more than ${limits.nodes} parts`);
  if (findings.size === 0 && unfoldsBeyond(schema, limits.unfolded))
    findings.add(
      `its references lead back to themselves, or unfold it to more than ${limits.unfolded} parts`,
    );
  return [...findings];
}

/** Every place of a parameter schema that names columns. */
export function columnReferences(schema: object): ColumnReference[] {
  const found: ColumnReference[] = [];
  walk(schema, (part) => {
    const node = part as Record<string, unknown>;
    for (const key of ['column', 'columnKeys']) {
      const reference = node[key];
      if (typeof reference === 'object' && reference !== null && 'roles' in reference)
        found.push(reference as ColumnReference);
    }
  });
  return found;
}
