import { toError } from './problem.ts';
import { type CallOptions, type ClientOptions, createTransport, unwrap } from './transport.ts';
import {
  type Dataset,
  type DatasetForm,
  type DatasetPage,
  finalStates,
  type Health,
  type Job,
  type JobPage,
  type JobState,
  type Me,
  type Plugin,
  type Report,
  type SignedIn,
  type SubmitRequest,
  type Tool,
  type ToolSummary,
} from './types.ts';
import { type UploadRequest, uploadDataset } from './upload.ts';
import { lookUntil } from './wait.ts';
import { type WatchOptions, watchJob } from './watch.ts';

/** Which page of a list. */
export interface PageOptions extends CallOptions {
  /** 1 to 200; 50 without it. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/**
 * One verb for each thing that the API does. Every call may fail with `AssayProblem` (the server says no) or
 * `AssayUnreachable` (no server said anything).
 */
export interface Client {
  /** Whether the server and its parts work; also while they do not. */
  health(options?: CallOptions): Promise<Health>;
  /** Turns the one-time token that the start printed into an API token. */
  signIn(startToken: string, options?: CallOptions): Promise<SignedIn>;
  /** Who the token belongs to. */
  me(options?: CallOptions): Promise<Me>;
  /** Streams a file in. It is `received`; `waitForDataset` waits until it can be used. */
  uploadDataset(request: UploadRequest): Promise<Dataset>;
  /** Waits until a data set is `ready` or `rejected`. */
  waitForDataset(id: string, options?: CallOptions): Promise<Dataset>;
  getDataset(id: string, options?: CallOptions): Promise<Dataset>;
  /** Newest first. */
  listDatasets(options?: PageOptions): Promise<DatasetPage>;
  /** The bytes of a data set, as a stream. */
  readDataset(id: string, form?: DatasetForm, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  listTools(options?: CallOptions): Promise<readonly ToolSummary[]>;
  /** `name` as in `statistics/t-test`, or with an exact version `statistics/t-test@1.0.0`. */
  getTool(name: string, options?: CallOptions): Promise<Tool>;
  listPlugins(options?: CallOptions): Promise<readonly Plugin[]>;
  /** Submits a job. With the same `idempotencyKey` the same request makes one job, however often it is sent. */
  submitJob(
    request: SubmitRequest,
    options?: CallOptions & { readonly idempotencyKey?: string },
  ): Promise<Job>;
  getJob(id: string, options?: CallOptions): Promise<Job>;
  /** Newest first. */
  listJobs(options?: PageOptions & { readonly state?: JobState }): Promise<JobPage>;
  cancelJob(id: string, options?: CallOptions): Promise<Job>;
  /** The job now and after every change, until it is finished. Takes a broken connection up again. */
  watchJob(id: string, options?: WatchOptions): AsyncGenerator<Job, void>;
  /** Waits until a job is finished, however it ends. */
  waitForJob(id: string, options?: CallOptions): Promise<Job>;
  /** The structured report. */
  getReport(id: string, options?: CallOptions): Promise<Report>;
  /** The report as one self-contained HTML file. */
  getReportHtml(id: string, options?: CallOptions): Promise<string>;
}

function splitTool(name: string): { path: { plugin: string; tool: string }; query: { version?: string } } {
  const [full = '', version] = name.split('@', 2);
  const [plugin, tool] = full.split('/', 2);
  if (!plugin || !tool)
    throw new TypeError(`"${name}" is no name of a tool; one looks like statistics/t-test.`);
  return { path: { plugin, tool }, query: version === undefined ? {} : { version } };
}

/**
 * A client of one Assay server, for one principal.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:7400', token });
 * const { id } = await client.uploadDataset({
 *   name: 'sleep.csv',
 *   mediaType: 'text/csv',
 *   body: await openAsBlob('sleep.csv'),
 * });
 * await client.waitForDataset(id);
 * const job = await client.submitJob({ tool: 'explore/describe', inputs: { data: id } });
 * for await (const { state, progress } of client.watchJob(job.id)) console.log(state, progress?.stage);
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const { GET, POST, DELETE } = transport.typed;
  const take = <T>(answering: Promise<{ data?: T; error?: unknown; response: Response }>) =>
    unwrap(transport.url, answering);
  const client: Client = {
    async health(call = {}) {
      const { data, error, response } = await GET('/health', { ...call });
      if (data) return data;
      // 503 is an answer here: the same document, saying which part does not work.
      if (error && 'parts' in error) return error;
      throw toError(response, error);
    },
    signIn: (token, call = {}) => take(POST('/v1/sign-in', { ...call, body: { token } })),
    me: (call = {}) => take(GET('/v1/me', { ...call })),
    uploadDataset: (request) => uploadDataset(transport, request),
    waitForDataset: (id, call = {}) =>
      lookUntil(async () => {
        const dataset = await client.getDataset(id, call);
        return dataset.state === 'received' ? undefined : dataset;
      }, call),
    getDataset: (id, call = {}) => take(GET('/v1/datasets/{id}', { ...call, params: { path: { id } } })),
    listDatasets: ({ signal, ...query } = {}) =>
      take(GET('/v1/datasets', { ...(signal ? { signal } : {}), params: { query } })),
    async readDataset(id, form = 'original', call = {}) {
      const response = await transport.raw(
        `/v1/datasets/${encodeURIComponent(id)}/content?form=${form}`,
        call,
      );
      return response.body ?? new Blob([]).stream();
    },
    listTools: async (call = {}) => (await take(GET('/v1/tools', { ...call }))).items,
    getTool: async (name, call = {}) =>
      take(GET('/v1/tools/{plugin}/{tool}', { ...call, params: splitTool(name) })),
    listPlugins: async (call = {}) => (await take(GET('/v1/plugins', { ...call }))).items,
    submitJob: (body, { idempotencyKey: key, ...call } = {}) =>
      take(
        POST('/v1/jobs', {
          ...call,
          body,
          params: { header: key === undefined ? {} : { 'idempotency-key': key } },
        }),
      ),
    getJob: (id, call = {}) => take(GET('/v1/jobs/{id}', { ...call, params: { path: { id } } })),
    listJobs: ({ signal, ...query } = {}) =>
      take(GET('/v1/jobs', { ...(signal ? { signal } : {}), params: { query } })),
    cancelJob: (id, call = {}) => take(DELETE('/v1/jobs/{id}', { ...call, params: { path: { id } } })),
    watchJob: (id, watch) => watchJob(transport, id, watch),
    async waitForJob(id, call = {}) {
      for await (const job of watchJob(transport, id, call)) if (finalStates.includes(job.state)) return job;
      return client.getJob(id, call);
    },
    getReport: (id, call = {}) => take(GET('/v1/reports/{id}', { ...call, params: { path: { id } } })),
    getReportHtml: (id, call = {}) =>
      take(GET('/v1/reports/{id}.html', { ...call, params: { path: { id } }, parseAs: 'text' })),
  };
  return client;
}
