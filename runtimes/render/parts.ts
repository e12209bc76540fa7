import type { Assumption, Report, Table } from '@assay/sdk';
import { type Html, html, raw } from './escape.ts';
import { formatNumber, formatP, formatTime } from './format.ts';

const verdicts: Readonly<Record<Assumption['verdict'], readonly [string, string]>> = {
  met: ['✓', 'holds'],
  doubtful: ['?', 'doubtful'],
  violated: ['✗', 'violated'],
  not_checked: ['–', 'not checked'],
};

export function summaryOf(report: Report): Html {
  return html`<section class="summary" aria-labelledby="summary"><h2 id="summary">What was found</h2>${report.summary.map((s) => html`<p>${s}</p>`)}</section>`;
}

export function warningsOf(report: Report): Html | undefined {
  if (report.warnings.length === 0) return undefined;
  const words = { note: 'Note', caution: 'Caution', result_doubtful: 'The result is doubtful' } as const;
  return html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2>${report.warnings.map(
    (w) =>
      html`<div class="notice"><strong>${words[w.severity]}:</strong> ${w.message} <code>${w.code}</code></div>`,
  )}</section>`;
}

export function assumptionsOf(report: Report): Html | undefined {
  if (report.assumptions.length === 0) return undefined;
  const figures = (a: Assumption) =>
    html`${a.test ? html` ${a.test}` : undefined}${typeof a.statistic === 'number' ? html`, statistic ${formatNumber(a.statistic)}` : undefined}${
      typeof a.p_value === 'number'
        ? html`, p ${a.p_value < 0.001 ? '' : '= '}${formatP(a.p_value)}`
        : undefined
    }`;
  return html`<section aria-labelledby="assumptions"><h2 id="assumptions">Assumptions</h2><ul class="checks">${report.assumptions.map(
    (a) => {
      const [mark, word] = verdicts[a.verdict];
      return html`<li><span class="verdict ${a.verdict}"><span aria-hidden="true">${mark}</span> ${word}</span><div><strong>${a.title}</strong><p>${a.message}</p>${
        a.test || typeof a.statistic === 'number' ? html`<p>${figures(a)}</p>` : undefined
      }</div></li>`;
    },
  )}</ul></section>`;
}

/** Rows of a table that is shown at once; a longer one is opened by its reader. */
const longestOpenTable = 25;

type Column = Table['columns'][number];
type Cell = Table['rows'][number][number];

function isNumeric(column: Column): boolean {
  return column.type === 'number' || column.type === 'integer' || column.type === 'p_value';
}

function cellText(value: Cell, column: Column): Html {
  if (value === null) return html`<span title="no value">–</span>`;
  if (typeof value === 'number') {
    const shown = column.type === 'p_value' ? formatP(value) : formatNumber(value);
    return shown === String(value) ? html`${shown}` : html`<span title="${value}">${shown}</span>`;
  }
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`;
  return html`<bdi>${value}</bdi>`;
}

function tableOf({ title, name, table }: Report['tables'][number], at: number): Html {
  const head = table.columns.map(
    (c) =>
      html`<th scope="col"${isNumeric(c) ? raw(' class="number"') : undefined}>${c.title.replaceAll(' %', '\u00a0%')}</th>`,
  );
  const rows = table.rows.map(
    (row) =>
      html`<tr>${row.map((value, i) => {
        const column = table.columns[i] as Column;
        if (i === 0 && !isNumeric(column)) return html`<th scope="row">${cellText(value, column)}</th>`;
        return html`<td${isNumeric(column) ? raw(' class="number"') : undefined}>${cellText(value, column)}</td>`;
      })}</tr>`,
  );
  const id = `table-${at}`;
  const whole = html`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0"><table><caption id="${id}">${title || name}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  if (rows.length <= longestOpenTable) return whole;
  return html`<details><summary>${title || name}, ${rows.length} rows</summary>${whole}</details>`;
}

export function tablesOf(report: Report): Html | undefined {
  if (report.tables.length === 0) return undefined;
  return html`<section aria-labelledby="tables"><h2 id="tables">Tables</h2>${report.tables.map(tableOf)}</section>`;
}

/** A drawing, or the note that stands where one could not be made. */
export type Drawing = { readonly svg: string } | { readonly failed: string };

export function figuresOf(report: Report, drawings: readonly Drawing[]): Html | undefined {
  if (report.figures.length === 0) return undefined;
  return html`<section aria-labelledby="figures"><h2 id="figures">Figures</h2>${report.figures.map(
    (figure, i) => {
      const drawing = drawings[i];
      const inner =
        drawing && 'svg' in drawing
          ? html`<div class="drawing">${raw(drawing.svg)}</div>`
          : html`<div class="notice"><strong>This figure could not be drawn:</strong> ${drawing?.failed}</div>`;
      return html`<figure>${inner}<figcaption><strong>${figure.title}.</strong> ${figure.alt}</figcaption></figure>`;
    },
  )}</section>`;
}

export function methodOf(report: Report): Html {
  const options = Object.entries(report.method.options);
  return html`<section aria-labelledby="method"><h2 id="method">Method</h2><p>${report.method.text}</p><p>Reference implementation: <code>${report.method.reference}</code>${
    options.length > 0
      ? html`; ${options.map(([k, v], i) => html`${i > 0 ? ', ' : ''}<code>${k} = ${JSON.stringify(v)}</code>`)}`
      : undefined
  }.</p>${
    report.dropped.length > 0
      ? html`<h3>Rows left out</h3><ul>${report.dropped.map((d) => html`<li>${d.rows}: ${d.reason}</li>`)}</ul>`
      : undefined
  }${report.code ? html`<details><summary>The same in ${report.code.language}</summary><pre tabindex="0"><code>${report.code.text}</code></pre></details>` : undefined}${
    report.citations.length > 0
      ? html`<h3>References</h3><ol>${report.citations.map((c) => html`<li>${c.text}${c.doi ? html` doi:${c.doi}` : undefined}</li>`)}</ol>`
      : undefined
  }</section>`;
}

export function recordOf(report: Report): Html {
  const p = report.provenance;
  const rows: readonly (readonly [string, string])[] = [
    ['Result digest', report.resultDigest],
    ...report.data.map(
      (d) => [`Data (${d.slot})`, `${d.name}, ${d.rows} rows, ${d.columns} columns, ${d.digest}`] as const,
    ),
    ...(report.made ?? []).map((d) => ['New data', `${d.name}, data set ${d.id}, ${d.digest}`] as const),
    [
      'Tool',
      `${report.tool.name}@${report.tool.version}${report.tool.shipped ? ', shipped with the release' : ', admitted by the operator'}`,
    ],
    ['Plugin', `${p.plugin.name}@${p.plugin.version}, ${p.plugin.digest}`],
    ['Parameters', JSON.stringify(report.parameters)],
    ['Parameters digest', p.parametersDigest],
    ['Seed, threads', `${p.seed}, ${p.threads}`],
    ['Runtime', `${p.runtime.name}: ${p.runtime.version}, isolation ${p.runtime.isolation}`],
    ['Runtime image', p.runtime.image],
    ['Submitted', `${formatTime(p.submitted)} by ${p.principal}`],
    ['Finished', `${formatTime(p.finished)}, ${p.seconds.toFixed(2)} s in the runtime, attempt ${p.attempt}`],
    ['Job, report', `${p.job}, ${report.id}`],
    ['Workspace', p.workspace],
    ['Assay', p.assay],
  ];
  return html`<section aria-labelledby="record"><h2 id="record">Record</h2><p>Whoever has the data can check this: the same data, tool, parameters and seed in the same runtime image give the same result digest.</p><dl class="record">${rows.map(
    ([name, value]) =>
      html`<dt>${name}</dt><dd>${value.startsWith('sha256:') ? html`<span class="digest">${value}</span>` : value}</dd>`,
  )}</dl></section>`;
}
