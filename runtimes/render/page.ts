import { createHash } from 'node:crypto';
import type { Report } from '@assay/sdk';
import { html, raw } from './escape.ts';
import { formatTime } from './format.ts';
import {
  assumptionsOf,
  type Drawing,
  figuresOf,
  methodOf,
  recordOf,
  summaryOf,
  tablesOf,
  warningsOf,
} from './parts.ts';
import { style } from './style.ts';

const styleHash = createHash('sha256').update(style).digest('base64');

/** The page runs nothing and fetches nothing; its one style is named by its hash. Drawings carry attributes only. */
const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** The whole report as one HTML file that needs nothing else. */
export function renderPage(report: Report, drawings: readonly Drawing[]): string {
  const data = report.data.map((d) => `${d.name} (${d.rows} rows, ${d.columns} columns)`).join('; ');
  const facts: readonly (readonly [string, string])[] = [
    ['Data', data],
    ...(report.made ? [['New data', report.made.map(({ name }) => name).join('; ')] as const] : []),
    ['Tool', `${report.tool.name} ${report.tool.version}`],
    ['Finished', formatTime(report.provenance.finished)],
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${raw(pagePolicy)}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><title>${report.title} – ${data}</title><style>${raw(style)}</style></head>
<body><a class="skip" href="#content">Skip to the result</a>
<header><p class="kicker">Assay report</p><h1>${report.title}</h1><p class="question">${report.question}</p><dl class="facts">${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></header>
<main id="content">${summaryOf(report)}${warningsOf(report)}${assumptionsOf(report)}${figuresOf(report, drawings)}${tablesOf(report)}${methodOf(report)}${recordOf(report)}</main>
<footer>Made by Assay ${report.provenance.assay}. ${report.resultDigest}</footer></body></html>
`;
  return page.text;
}
