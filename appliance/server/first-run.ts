import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '@assay/sdk';
import type { LocalApi } from './local-api.ts';

/** Longley's employment data, the classic test of a least-squares program; NIST certifies its regression. */
const sample = new URL('../../plugins/regression/linear/cases/linear-nist-longley/', import.meta.url);
const name = 'longley.csv';
const longestMs = 300_000;

interface Answer {
  readonly id: string;
  readonly state: string;
  readonly report?: string;
  readonly error?: { readonly detail: string };
  readonly items?: readonly { readonly id: string; readonly name: string; readonly state: string }[];
}

async function ask(api: LocalApi, ...call: Parameters<LocalApi['call']>): Promise<Answer> {
  const { status, text } = await api.call(...call);
  const body = JSON.parse(text) as Answer & { detail?: string };
  if (status >= 300)
    throw new AssayError('internal.unexpected', `The first analysis could not be run: ${body.detail}`);
  return body;
}

async function until(look: () => Promise<Answer>, done: (answer: Answer) => boolean): Promise<Answer> {
  const end = performance.now() + longestMs;
  while (performance.now() < end) {
    const answer = await look();
    if (done(answer)) return answer;
    await delay(50);
  }
  throw new AssayError(
    'internal.unexpected',
    'The first analysis did not end within five minutes; the logs in the data directory say why.',
  );
}

/** The id of the report that an earlier start made, if it is still there. */
export async function readFirstReport(api: LocalApi, file: string): Promise<string | undefined> {
  let id: string;
  try {
    id = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { status } = await api.call('GET', `/v1/reports/${encodeURIComponent(id)}`);
  // Another database than the one it was made in, say.
  return status === 404 ? undefined : id;
}

/** Runs one analysis through the API like any caller, and remembers its report. An interrupted one is taken up again. */
export async function runFirstAnalysis(api: LocalApi, file: string): Promise<string> {
  const { params } = JSON.parse(await readFile(new URL('case.json', sample), 'utf8')) as { params: unknown };
  const known = (await ask(api, 'GET', '/v1/datasets?limit=100')).items?.find((d) => d.name === name);
  const { id: data } =
    known ??
    (await ask(api, 'POST', `/v1/datasets?name=${name}`, {
      body: await readFile(new URL('data.csv', sample)),
      headers: { 'content-type': 'text/csv' },
    }));
  await until(
    () => ask(api, 'GET', `/v1/datasets/${data}`),
    (d) => d.state !== 'received',
  );
  const { id } = await ask(api, 'POST', '/v1/jobs', {
    body: JSON.stringify({ tool: 'regression/linear', inputs: { data }, params }),
    headers: { 'content-type': 'application/json', 'idempotency-key': 'the-first-analysis' },
  });
  const job = await until(
    () => ask(api, 'GET', `/v1/jobs/${id}`),
    (j) => ['succeeded', 'failed', 'cancelled'].includes(j.state),
  );
  if (!job.report)
    throw new AssayError(
      'internal.unexpected',
      `The first analysis failed: ${job.error?.detail ?? job.state}`,
    );
  await writeFile(file, `${job.report}\n`, { mode: 0o600 });
  return job.report;
}
