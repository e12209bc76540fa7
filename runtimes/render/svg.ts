import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml } from './escape.ts';

/** Colours that people with the common colour vision deficiencies tell apart (Okabe and Ito). */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000', '#f0e442'];
const font = 'system-ui, "Noto Sans", "Liberation Sans", sans-serif';

const theme = {
  background: null,
  font,
  range: { category: palette },
  view: { stroke: null },
  mark: { color: palette[0] },
  axis: {
    labelColor: '#3a4148',
    titleColor: '#1c2126',
    gridColor: '#e6e9ec',
    domainColor: '#9aa3ab',
    tickColor: '#9aa3ab',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 600,
  },
  title: { color: '#1c2126', subtitleColor: '#5a636c', fontSize: 14, subtitleFontSize: 12, anchor: 'start' },
  legend: { labelColor: '#3a4148', titleColor: '#1c2126', labelFontSize: 12, titleFontSize: 12 },
};

/** Nothing is ever fetched: every address is refused. */
const loader = {
  ...vega.loader(),
  load: () => Promise.reject(new Error('a figure may not fetch anything')),
  sanitize: () => Promise.reject(new Error('a figure may not refer to anything')),
};

/** All that a drawing is made of. */
const elements = new Set(
  'svg g defs clipPath linearGradient radialGradient stop path rect line circle text tspan'.split(' '),
);
const forbidden = /^(on|style$|src|href|xlink:href)/i;

/** Whatever a specification says, a drawing holds shapes and texts that point at nothing outside of it. */
function checkDrawing(svg: string): void {
  for (const [tag, name = '', attributes = ''] of svg.matchAll(
    /<\/?([^\s>/]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>/g,
  )) {
    const bad = [...attributes.matchAll(/([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g)].some(
      ([, attribute = '', value = '']) => forbidden.test(attribute) || /url\((?!#)/i.test(value),
    );
    if (!elements.has(name) || bad)
      throw new Error(`the drawing holds something that is not allowed: ${tag.slice(0, 100)}`);
  }
}

/**
 * Draws a Vega-Lite specification as SVG: without a DOM, without code made from the specification (its expressions are
 * interpreted), the same bytes for the same specification.
 */
export async function drawFigure(
  spec: Record<string, unknown>,
  id: string,
  title: string,
  alt: string,
): Promise<string> {
  const given = (spec.config ?? {}) as Record<string, unknown>;
  const compiled = compile({ ...spec, config: { ...theme, ...given } } as unknown as TopLevelSpec, {
    logger: vega.logger(vega.None),
  });
  const runtime = vega.parse(compiled.spec, {}, { ast: true });
  const view = new vega.View(runtime, {
    renderer: 'none',
    loader,
    expr: expressionInterpreter,
    logLevel: vega.None,
  });
  try {
    await view.runAsync();
    const svg = (await view.toSVG()).replace(/\s(aria-roledescription|aria-label|role)="[^"]*"/g, '');
    checkDrawing(svg);
    const labels = `role="img" aria-labelledby="${id}-title ${id}-text"`;
    const texts = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-text">${escapeHtml(alt)}</desc>`;
    // Ids inside a drawing are numbered from one by Vega; two drawings in one page need their own.
    return svg
      .replace(/\bid="(clip|gradient)/g, `id="${id}-$1`)
      .replace(/url\(#/g, `url(#${id}-`)
      .replace(/^<svg([^>]*)>/, `<svg$1 ${labels}>${texts}`);
  } finally {
    view.finalize();
  }
}
