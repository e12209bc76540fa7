import type { ColumnReference } from '@assay/sdk';

/**
 * Schemas from manifests are compiled to code, so their shape is bounded first: depth, number of parts, length of
 * patterns, local references only. The figures are those of the threat model.
 */
const limits = { depth: 32, nodes: 2000, enumValues: 200, patternLength: 256 };
const forbiddenKeys = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '$dynamicRef',
  '$recursiveRef',
  '$data',
]);

type Visit = (node: Record<string, unknown>, depth: number) => void;

function walk(node: unknown, visit: Visit, depth = 0): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit, depth + 1);
  else if (typeof node === 'object' && node !== null) {
    visit(node as Record<string, unknown>, depth);
    // Deeper levels are not entered once the bound is passed, so that the walk itself is bounded.
    if (depth <= limits.depth) for (const value of Object.values(node)) walk(value, visit, depth + 1);
  }
}

/** What is wrong with the shape of a schema; empty where it may be compiled. */
export function checkSchemaShape(schema: object): string[] {
  const findings = new Set<string>();
  let nodes = 0;
  walk(schema, (node, depth) => {
    nodes += 1;
    if (depth > limits.depth) findings.add(`it is nested deeper than ${limits.depth} levels`);
    for (const key of Object.keys(node))
      if (forbiddenKeys.has(key)) findings.add(`the key "${key}" is not allowed`);
    if (Array.isArray(node.enum) && node.enum.length > limits.enumValues)
      findings.add(`an enum has more than ${limits.enumValues} values`);
    if (typeof node.pattern === 'string' && node.pattern.length > limits.patternLength)
      findings.add(`a pattern is longer than ${limits.patternLength} characters`);
    if (typeof node.$ref === 'string' && !node.$ref.startsWith('#/'))
      findings.add(`"${node.$ref}" is not a local reference`);
    if (node.uniqueItems === true && typeof node.maxItems !== 'number')
      findings.add('uniqueItems needs maxItems');
  });
  if (nodes > limits.nodes) findings.add(`it has more than ${limits.nodes} parts`);
  return [...findings];
}

/** Every place of a parameter schema that names columns. */
export function columnReferences(schema: object): ColumnReference[] {
  const found: ColumnReference[] = [];
  walk(schema, (node) => {
    for (const key of ['column', 'columnKeys']) {
      const reference = node[key];
      if (typeof reference === 'object' && reference !== null && 'roles' in reference)
        found.push(reference as ColumnReference);
    }
  });
  return found;
}
