import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { collect, type JobDocument, type Report, type ResultDocument, writeFrame } from '@assay/sdk';
import { need } from '../../test/needs.ts';
import { hostileReport, hostileTexts, plainReport } from './fixtures/report.ts';
import { renderRuntime } from './index.ts';
import { renderPage } from './page.ts';
import { drawFigure } from './svg.ts';

async function page(report: Report): Promise<string> {
  const drawings = await Promise.all(
    report.figures.map(async (figure, i) => ({
      svg: await drawFigure(
        figure.spec as Record<string, unknown>,
        `figure-${i + 1}`,
        figure.title,
        figure.alt,
      ),
    })),
  );
  return renderPage(report, drawings);
}

/** Tags and the names of their attributes, in order, without what lies inside drawings: what a text must never change. */
function skeleton(html: string): string[] {
  const outside = html
    .replace(/<svg[\s\S]*?<\/svg>/g, '<svg></svg>')
    .replace(/<style>[\s\S]*?<\/style>/g, '<style>');
  return [...outside.matchAll(/<(\/?[a-zA-Z!][^\s>]*)((?:\s+[^\s=>]+(?:="[^"]*")?)*)\s*>/g)].map(
    ([, tag, attributes]) =>
      `${tag} ${[...(attributes ?? '').matchAll(/\s([^\s=]+)(?:="[^"]*")?/g)].map((a) => a[1])}`,
  );
}

describe('the page', () => {
  test('the same report gives the same bytes', async () => {
    assert.equal(await page(plainReport), await page(structuredClone(plainReport)));
  });

  test('no text changes what the page is made of, wherever it stands', async () => {
    const expected = skeleton(await page(hostileReport('plain words')));
    assert.ok(expected.length > 60);
    for (const text of hostileTexts) {
      const html = await page(hostileReport(text));
      assert.deepEqual(skeleton(html), expected, JSON.stringify(text));
      const drawn = (html.match(/<svg[\s\S]*?<\/svg>/g)?.join('') ?? '').replace(/>[^<]*</g, '><');
      assert.doesNotMatch(drawn, /<(script|foreignObject|image|a|iframe|style)[\s>/]|\son\w+=|href=/i, text);
    }
  });

  test('what would turn or hide text is shown as what it is', async () => {
    const html = await page(hostileReport('abc\u202egnp.exe'));
    const outside = html.replace(/<svg[\s\S]*?<\/svg>/g, '');
    assert.ok(!outside.includes('\u202e'));
    assert.match(outside, /abc\u2423U\+202Egnp\.exe/);
  });

  test('it runs nothing and fetches nothing: the policy says so, and nothing in it asks', async () => {
    const html = await page(plainReport);
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    assert.match(
      policy ?? '',
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'$/,
    );
    assert.doesNotMatch(html, /<script|<link|<img|<iframe|\ssrc=|\sstyle=|@import|url\((?!#)/i);
    assert.doesNotMatch(html.replaceAll('http://www.w3.org/', ''), /https?:\/\//);
  });

  test('it can be read without seeing it: language, headings in order, tables with heads, drawings with words', async () => {
    const html = await page(plainReport);
    assert.match(html, /<html lang="en">/);
    assert.match(html, /<a class="skip" href="#content">/);
    const levels = [...html.matchAll(/<h([1-6])[\s>]/g)].map((m) => Number(m[1]));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.forEach((level, i) => {
      assert.ok(level - (levels[i - 1] ?? 0) <= 1, `heading ${i} skips a level`);
    });
    assert.match(html, /<caption id="table-0">Coefficients<\/caption>/);
    assert.match(html, /<th scope="col">Term<\/th>/);
    assert.match(html, /<th scope="row"><bdi>a<\/bdi><\/th>/);
    const [svg = ''] = /<svg[\s\S]*?<\/svg>/.exec(html) ?? [];
    const [, labels = ''] = /aria-labelledby="([^"]+)"/.exec(svg) ?? [];
    for (const id of labels.split(' ')) assert.match(svg, new RegExp(`id="${id}">[^<]+<`));
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
    assert.equal(new Set(ids).size, ids.length, 'every id stands once');
  });

  test('numbers are rounded for the eye and whole in their title', async () => {
    const html = await page(plainReport);
    assert.match(html, /<span title="2\.0000001">2\.000<\/span>/);
    assert.match(html, /<span title="0\.0001">&lt; 0\.001<\/span>/);
    assert.match(html, /<span title="no value">–<\/span>/);
  });

  test('a browser finds no script, no request and no title but ours', need('chromium'), async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-page-'));
    try {
      const texts = hostileTexts.filter((text) => text.includes('pwned'));
      const pages = await Promise.all(
        texts.map(async (text, i) => {
          const file = path.join(folder, `${i}.html`);
          await writeFile(file, await page(hostileReport(text)));
          return { text, file };
        }),
      );
      for (const { text, file } of pages.slice(0, 4)) {
        const { stdout } = await promisify(execFile)(
          '/usr/bin/chromium',
          [
            '--headless',
            '--no-sandbox',
            '--disable-gpu',
            `--user-data-dir=${folder}/profile`,
            '--dump-dom',
            `file://${file}`,
          ],
          { maxBuffer: 50_000_000, timeout: 60_000 },
        );
        const [, title] = /<title>([^<]*)<\/title>/.exec(stdout) ?? [];
        assert.notEqual(title, 'pwned', text);
        assert.ok(title?.includes('pwned'), 'the text is shown as text');
        assert.doesNotMatch(stdout, /<script|<img|<h1>pwned/);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** One report through the walled process, as the runner does it. */
async function renderInProcess(report: unknown) {
  const runtime = renderRuntime({ prestart: 0, isolation: 'auto' });
  const job: JobDocument = {
    protocol: 'run/1',
    tool: 'render/page',
    version: '1.0.0',
    program: 'page',
    seed: 1,
    threads: 1,
    locale: 'C.UTF-8',
    deadline: 60,
    limits: { seconds: 60, memoryMb: 1024, outputMb: 256 },
    inputs: [{ slot: 'report', format: 'report', bytes: 0, digest: '' }],
    params: {},
  };
  try {
    const handle = await runtime.take(new AbortController().signal);
    handle.begin({ memoryMb: 1024, seconds: 60 });
    const sent = (async () => {
      await writeFrame(handle.input, { t: 'run' }, Buffer.from(JSON.stringify(job)));
      await writeFrame(handle.input, { t: 'input', slot: 'report' }, Buffer.from(JSON.stringify(report)));
      await writeFrame(handle.input, { t: 'go' });
    })().catch((error: unknown) => error);
    let html = '';
    let result: ResultDocument | undefined;
    const lines: string[] = [];
    for await (const { header, body } of handle.output) {
      const bytes = await collect(body);
      if (header.t === 'blob') html = bytes.toString('utf8');
      else if (header.t === 'result') result = JSON.parse(bytes.toString('utf8'));
      else lines.push(JSON.stringify(header));
    }
    await sent;
    return { html, result, lines };
  } finally {
    await runtime.close();
  }
}

describe('the process that draws', () => {
  test('gives the page of a report', async () => {
    const { html, result } = await renderInProcess(plainReport);
    assert.equal(html, await page(plainReport));
    assert.deepEqual(result?.values, { bytes: Buffer.byteLength(html), figures: 1, failed: 0 });
  });

  test('a figure that asks for what is not allowed is left out, with its reason, and the page stands', async () => {
    const base = plainReport.figures[0] as Report['figures'][number];
    const bad: Record<string, unknown>[] = [
      { ...base.spec, data: { url: 'http://127.0.0.1:1/x.csv' } },
      { ...base.spec, data: { url: 'file:///etc/passwd' } },
      { ...base.spec, mark: { type: 'image', url: 'file:///etc/passwd' } },
      { ...base.spec, mark: { type: 'point', href: 'javascript:1' } },
      { ...base.spec, transform: [{ calculate: 'datum.x.constructor', as: 'z' }] },
      {
        ...base.spec,
        encoding: { ...(base.spec as { encoding: object }).encoding, href: { field: 'label' } },
      },
      { mark: 'nothing' },
    ];
    const report = { ...plainReport, figures: [base, ...bad.map((spec) => ({ ...base, spec }))] };
    const { html, result } = await renderInProcess(report);
    assert.deepEqual(result?.values, {
      bytes: Buffer.byteLength(html),
      figures: bad.length + 1,
      failed: bad.length,
    });
    assert.equal(html.match(/This figure could not be drawn/g)?.length, bad.length);
    assert.doesNotMatch(html, /root:x:0/);
  });

  test('what is no report is refused by its place', async () => {
    const { lines } = await renderInProcess({ ...plainReport, tables: 7 });
    assert.match(lines.join(), /REPORT_INVALID.*\/tables/);
  });
});
