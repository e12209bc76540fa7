import createFetchClient from 'openapi-fetch';
import { readEvents } from './events.ts';
import type { paths } from './generated/api.d.ts';
import { AssayProblem, unreachable } from './problem.ts';
import type { Dataset, DatasetSummary, Job, JobSummary, Tool, ToolSummary } from './types.ts';

export interface ClientOptions {
  /** Address of the appliance: `http://127.0.0.1:7400`. */
  readonly url: string;
  /** API token; only `signIn` works without one. */
  readonly token?: string;
}

export interface UploadOptions {
  readonly name: string;
  /** `text/csv`, `application/vnd.apache.parquet`, … */
  readonly mediaType: string;
  /** Length in bytes, where it is known: a body that ends elsewhere is refused. */
  readonly length?: number;
  /** Hears how many bytes were sent so far. */
  readonly onProgress?: (sent: number) => void;
}

export interface JobRequest {
  readonly tool: string;
  /** Id of a data set by input slot. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  /** The same key with the same request gives the same job, however often it is sent. */
  readonly idempotencyKey?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Hand it in as `after` to get the next page. */
  readonly next?: string;
}

type PageRequest = { readonly limit?: number; readonly after?: string };
const finalStates = ['succeeded', 'failed', 'cancelled'];
const reconnects = 20;

async function* counted(
  body: AsyncIterable<Uint8Array>,
  onProgress: (sent: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let sent = 0;
  for await (const chunk of body) {
    sent += chunk.length;
    onProgress(sent);
    yield chunk;
  }
}

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A typed caller of the REST API. Every method throws {@link AssayProblem}. */
export type Client = ReturnType<typeof createClient>;

/**
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:7400', token });
 * const data = await client.waitForDataset((await client.uploadDataset(csv, { name: 'sleep.csv', mediaType: 'text/csv' })).id);
 * const job = await client.submitJob({ tool: 'explore/describe', inputs: { data: data.id } });
 * for await (const { state } of client.watchJob(job.id)) console.log(state);
 */
export function createClient({ url, token }: ClientOptions) {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};

  async function reach(request: string | URL | Request, init?: RequestInit): Promise<Response> {
    try {
      return await fetch(request, init);
    } catch (error) {
      throw unreachable(url, error);
    }
  }
  const api = createFetchClient<paths>({ baseUrl: url, headers, fetch: (request) => reach(request) });

  /** The body of a good answer. */
  async function take<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const { data, error, response } = await answer;
    if (!response.ok || data === undefined) throw new AssayProblem(response.status, error);
    return data;
  }

  async function raw(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await reach(new URL(path, url), { ...init, headers: { ...headers, ...init.headers } });
    if (response.ok) return response;
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    throw new AssayProblem(response.status, isJson ? JSON.parse(text) : {});
  }

  /** The job now and after every change, until it is finished. A broken connection is taken up again. */
  async function* watchJob(id: string, signal?: AbortSignal): AsyncGenerator<Job, void> {
    let last = '';
    for (let tries = 0; tries < reconnects; tries += 1) {
      try {
        const response = await raw(`/v1/jobs/${encodeURIComponent(id)}/events`, {
          headers: { accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
          ...(signal ? { signal } : {}),
        });
        if (!response.body) return;
        for await (const event of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
          last = event.id;
          tries = 0;
          const job = JSON.parse(event.data) as Job;
          yield job;
          if (finalStates.includes(job.state)) return;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof AssayProblem && !error.retryable) throw error;
      }
      await delay(500);
    }
    throw unreachable(url, new Error(`the events of job ${id} broke off ${reconnects} times`));
  }

  return {
    /** Turns the one-time token of a start into an API token, which is shown this once. */
    signIn: (startToken: string) => take(api.POST('/v1/sign-in', { body: { token: startToken } })),
    me: () => take(api.GET('/v1/me')),
    /** Sends bytes as a data set; nothing is held in memory. It is `received` then; see `waitForDataset`. */
    async uploadDataset(body: AsyncIterable<Uint8Array>, options: UploadOptions): Promise<Dataset> {
      const { name, mediaType, length, onProgress } = options;
      const stream = onProgress ? counted(body, onProgress) : body;
      const response = await raw(`/v1/datasets?name=${encodeURIComponent(name)}`, {
        method: 'POST',
        body: ReadableStream.from(stream) as unknown as ReadableStream,
        duplex: 'half',
        headers: {
          'content-type': mediaType,
          ...(length === undefined ? {} : { 'content-length': String(length) }),
        },
      } as RequestInit);
      return (await response.json()) as Dataset;
    },
    getDataset: (id: string): Promise<Dataset> =>
      take(api.GET('/v1/datasets/{id}', { params: { path: { id } } })),
    listDatasets: (query: PageRequest = {}): Promise<Page<DatasetSummary>> =>
      take(api.GET('/v1/datasets', { params: { query } })),
    /** Waits until a data set is `ready` or `rejected`. */
    async waitForDataset(id: string, seconds = 600): Promise<Dataset> {
      for (const end = Date.now() + seconds * 1000; ; await delay(200)) {
        const dataset = await this.getDataset(id);
        if (dataset.state !== 'received') return dataset;
        if (Date.now() > end)
          throw new AssayProblem(0, {
            code: 'dataset.not_ready',
            detail: `The data set is not ready after ${seconds} s.`,
          });
      }
    },
    listTools: async (): Promise<readonly ToolSummary[]> => (await take(api.GET('/v1/tools'))).items,
    /** @param name `statistics/t-test` */
    getTool(name: string): Promise<Tool> {
      const [plugin = '', tool = ''] = name.split('/');
      return take(api.GET('/v1/tools/{plugin}/{tool}', { params: { path: { plugin, tool } } }));
    },
    submitJob({ idempotencyKey, ...body }: JobRequest): Promise<Job> {
      const header = idempotencyKey ? { 'idempotency-key': idempotencyKey } : {};
      return take(api.POST('/v1/jobs', { params: { header }, body: body as never }));
    },
    getJob: (id: string): Promise<Job> => take(api.GET('/v1/jobs/{id}', { params: { path: { id } } })),
    listJobs: (query: PageRequest & { readonly state?: Job['state'] } = {}): Promise<Page<JobSummary>> =>
      take(api.GET('/v1/jobs', { params: { query } })),
    cancelJob: (id: string): Promise<Job> => take(api.DELETE('/v1/jobs/{id}', { params: { path: { id } } })),
    watchJob,
    /** The report document (`assay-report/1`). */
    async getReport(id: string): Promise<Record<string, unknown>> {
      return (await (await raw(`/v1/reports/${encodeURIComponent(id)}`)).json()) as Record<string, unknown>;
    },
    /** The report as one HTML file. */
    async getReportHtml(id: string): Promise<string> {
      return (await raw(`/v1/reports/${encodeURIComponent(id)}.html`)).text();
    },
  };
}
