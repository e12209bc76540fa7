import type { Issue } from './error.ts';

/**
 * A figure's specification comes from a tool and is drawn by our own program, so it is untrusted input. This is the
 * part of Vega-Lite that is allowed: inline rows, marks, encodings, layers and concatenations. Nothing that fetches
 * (URLs, images, geography), links, computes by expression, or answers to a user.
 */
const limits = { rows: 5000, fields: 50, depth: 8, bytes: 2 * 1024 * 1024, nodes: 5000, text: 4000 };

const viewKeys = [
  'data',
  'mark',
  'encoding',
  'layer',
  'hconcat',
  'vconcat',
  'concat',
  'columns',
  'facet',
  'spec',
  'row',
  'column',
];
const topKeys = new Set([
  ...viewKeys,
  ...[
    '$schema',
    'title',
    'description',
    'width',
    'height',
    'resolve',
    'spacing',
    'align',
    'bounds',
    'center',
    'autosize',
    'padding',
    'config',
    'view',
    'background',
    'name',
    'transform',
  ],
]);
const marks = new Set([
  'arc',
  'area',
  'bar',
  'boxplot',
  'circle',
  'errorband',
  'errorbar',
  'line',
  'point',
  'rect',
  'rule',
  'square',
  'text',
  'tick',
  'trail',
]);
const transforms = new Set([
  'aggregate',
  'bin',
  'density',
  'fold',
  'impute',
  'joinaggregate',
  'loess',
  'pivot',
  'quantile',
  'regression',
  'stack',
  'timeUnit',
  'window',
]);
/** Keys that fetch, link, run an expression or react, wherever they stand outside of data rows. */
const forbidden = new Set([
  'url',
  'href',
  'expr',
  'signal',
  'params',
  'param',
  'selection',
  'usermeta',
  'datasets',
  'lookup',
  'calculate',
  'filter',
  'test',
  'labelExpr',
  'sequence',
  'sphere',
  'graticule',
  'projection',
  'loader',
  'image',
  'geoshape',
  'cursor',
  'bind',
  'on',
  'update',
  'encode',
  'signals',
  'format_type',
  '__proto__',
  'constructor',
  'prototype',
]);

type Found = (pointer: string, code: string, detail: string) => undefined;
type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkRows(data: unknown, at: string, found: Found): undefined {
  if (!isObject(data) || !Array.isArray(data.values))
    return found(at, 'FIGURE_DATA', 'data must be inline, as "values"');
  for (const key of Object.keys(data))
    if (key !== 'values') found(`${at}/${key}`, 'FIGURE_KEY', `"${key}" is not allowed in data`);
  if (data.values.length > limits.rows)
    return found(at, 'FIGURE_ROWS', `${data.values.length} rows; at most ${limits.rows} are allowed`);
  for (const [i, row] of data.values.entries()) {
    if (!isObject(row)) return found(`${at}/values/${i}`, 'FIGURE_ROW', 'a row must be an object');
    const cells = Object.entries(row);
    if (cells.length > limits.fields)
      found(`${at}/values/${i}`, 'FIGURE_FIELDS', `more than ${limits.fields} fields`);
    for (const [name, cell] of cells)
      if (typeof cell === 'object' && cell !== null)
        found(`${at}/values/${i}/${name}`, 'FIGURE_CELL', 'a cell must be a plain value');
  }
}

function checkMark(mark: unknown, at: string, found: Found): undefined {
  const type = isObject(mark) ? mark.type : mark;
  if (typeof type !== 'string' || !marks.has(type))
    found(at, 'FIGURE_MARK', `the mark ${JSON.stringify(type)?.slice(0, 40)} is not allowed`);
}

function checkTransforms(list: unknown, at: string, found: Found): undefined {
  if (!Array.isArray(list)) return found(at, 'FIGURE_TRANSFORM', 'must be a list');
  list.forEach((transform: unknown, i) => {
    if (!isObject(transform) || !Object.keys(transform).some((key) => transforms.has(key)))
      found(`${at}/${i}`, 'FIGURE_TRANSFORM', 'this transform is not allowed');
  });
}

/** Walks everything but data rows and refuses forbidden keys, addresses in texts, and what is too deep or too large. */
function checkNodes(
  value: unknown,
  at: string,
  depth: number,
  count: { nodes: number },
  found: Found,
): undefined {
  count.nodes += 1;
  if (count.nodes > limits.nodes || depth > limits.depth * 3) return;
  if (typeof value === 'string' && value.length > limits.text)
    found(at, 'FIGURE_TEXT', `a text is longer than ${limits.text} characters`);
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) checkNodes(item, `${at}/${i}`, depth + 1, count, found);
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) {
      if (forbidden.has(key)) found(`${at}/${key}`, 'FIGURE_KEY', `"${key}" is not allowed`);
      if (key !== 'data' && key !== '$schema') checkNodes(member, `${at}/${key}`, depth + 1, count, found);
    }
}

function checkView(view: unknown, at: string, depth: number, found: Found): undefined {
  if (!isObject(view)) return found(at, 'FIGURE_VIEW', 'must be an object');
  if (depth > limits.depth)
    return found(at, 'FIGURE_DEPTH', `views are nested deeper than ${limits.depth} levels`);
  for (const key of Object.keys(view))
    if (!topKeys.has(key)) found(`${at}/${key}`, 'FIGURE_KEY', `"${key}" is not allowed`);
  if (view.data !== undefined) checkRows(view.data, `${at}/data`, found);
  if (view.mark !== undefined) checkMark(view.mark, `${at}/mark`, found);
  if (view.transform !== undefined) checkTransforms(view.transform, `${at}/transform`, found);
  for (const key of ['layer', 'hconcat', 'vconcat', 'concat'])
    if (view[key] !== undefined) {
      if (!Array.isArray(view[key])) found(`${at}/${key}`, 'FIGURE_VIEW', 'must be a list');
      else
        for (const [i, inner] of view[key].entries()) checkView(inner, `${at}/${key}/${i}`, depth + 1, found);
    }
  if (view.spec !== undefined) checkView(view.spec, `${at}/spec`, depth + 1, found);
}

/** What of a figure's specification is not allowed; empty where it may be drawn. At most 20 findings. */
export function checkFigure(spec: unknown): Issue[] {
  const issues: Issue[] = [];
  const found: Found = (pointer, code, detail) => {
    if (issues.length < 20) issues.push({ pointer, code, detail: `${detail}.` });
    return undefined;
  };
  if (!isObject(spec)) return [{ pointer: '', code: 'FIGURE_VIEW', detail: 'A figure must be an object.' }];
  if (JSON.stringify(spec).length > limits.bytes)
    return [{ pointer: '', code: 'FIGURE_BYTES', detail: `A figure may have ${limits.bytes} bytes.` }];
  const count = { nodes: 0 };
  checkNodes(spec, '', 0, count, found);
  if (count.nodes > limits.nodes) found('', 'FIGURE_NODES', `it has more than ${limits.nodes} parts`);
  checkView(spec, '', 0, found);
  return issues;
}
