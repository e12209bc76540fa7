import { checkFigure, collect, Report } from '@assay/sdk';
import { Value } from 'typebox/value';
import { serveOneRun, ToolStop } from '../process/program.ts';
import { renderPage } from './page.ts';
import type { Drawing } from './parts.ts';
import { drawFigure } from './svg.ts';

const longestReport = 64 * 1024 * 1024;
const drawSeconds = 10;

/** A figure that cannot be drawn does not take the report with it. */
async function draw(figure: Report['figures'][number], at: number): Promise<Drawing> {
  const [issue] = checkFigure(figure.spec);
  if (issue) return { failed: `${issue.pointer} ${issue.detail}` };
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`it took longer than ${drawSeconds} s`)), drawSeconds * 1000).unref();
  });
  try {
    const svg = await Promise.race([
      drawFigure(figure.spec as Record<string, unknown>, `figure-${at}`, figure.title, figure.alt),
      late,
    ]);
    return { svg };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function parse(bytes: Buffer): Report {
  const report: unknown = JSON.parse(bytes.toString('utf8'));
  const [error] = Value.Errors(Report, report);
  if (error)
    throw new ToolStop({
      class: 'input',
      code: 'REPORT_INVALID',
      message: `the report does not fit: ${error.instancePath} ${error.message}`,
    });
  return report as Report;
}

// The first drawing loads most of Vega; done here, the run does not wait for it.
await drawFigure(
  { data: { values: [{ x: 1 }] }, mark: 'point', encoding: { x: { field: 'x', type: 'quantitative' } } },
  'warm',
  '',
  '',
);

await serveOneRun({
  runtime: 'render',
  libs: {},
  async handle({ inputs, emit }) {
    let report: Report | undefined;
    for await (const { bytes, body } of inputs) {
      if (bytes > longestReport)
        throw new ToolStop({
          class: 'resource',
          code: 'REPORT_TOO_LARGE',
          message: `a report may have ${longestReport} bytes`,
        });
      report = parse(await collect(body));
    }
    if (!report) throw new ToolStop({ class: 'input', code: 'REPORT_MISSING', message: 'no report came' });
    const drawings: Drawing[] = [];
    for (const [i, figure] of report.figures.entries()) drawings.push(await draw(figure, i + 1));
    const page = Buffer.from(renderPage(report, drawings));
    async function* body() {
      yield page;
    }
    await emit.blob({ id: 'html', role: 'artifact', media: 'text/html', bytes: page.length, body: body() });
    const failed = drawings.filter((d) => 'failed' in d).length;
    await emit.result({
      values: { bytes: page.length, figures: drawings.length, failed },
      summary: [`A page of ${page.length} bytes with ${drawings.length - failed} figures.`],
      method: { text: 'Drawn from the report document.', reference: 'Vega-Lite', options: {} },
      assumptions: [],
      warnings: [],
      dropped: [],
      nonfinite: [],
      tables: [],
      figures: [],
      artifacts: [{ name: 'html', title: 'Page', blob: 'html' }],
    });
  },
});
