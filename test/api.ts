import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** A JSON body as tests read it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers by name
export type Json = any;

/** What fetch takes as a body. */
export type Body = NonNullable<RequestInit['body']>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** A caller of the REST API in tests; plain fetch, so that it can also send what no client would. */
export interface Api {
  readonly url: string;
  readonly token: string;
  call(
    method: string,
    path: string,
    init?: { json?: unknown; body?: Body; headers?: Record<string, string> },
  ): Promise<Answer>;
  upload(name: string, body: Body, mediaType?: string): Promise<Json>;
  /** Uploads and waits until the data set is ready or rejected. */
  dataset(name: string, body: Body, mediaType?: string): Promise<Json>;
  /** Submits a job that is really carried out: a test of a run is none where an earlier one answers for it. */
  submit(tool: string, data: string, params: object, headers?: Record<string, string>): Promise<Answer>;
  /** Waits until the job is finished. */
  finished(job: string, seconds?: number): Promise<Json>;
  run(tool: string, data: string, params: object): Promise<Json>;
}

async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) assert.fail(`${what}: not within ${seconds} s`);
    await delay(50);
  }
}

export function callApi(url: string, token: string): Api {
  const api: Api = {
    url,
    token,
    async call(method, path, init = {}) {
      const json = init.json === undefined ? {} : { body: JSON.stringify(init.json) };
      const response = await fetch(new URL(path, url), {
        method,
        redirect: 'manual',
        ...(init.body === undefined ? json : { body: init.body, duplex: 'half' }),
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(init.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...init.headers,
        },
      } as RequestInit);
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text ? JSON.parse(text) : text,
      };
    },
    async upload(name, body, mediaType = 'text/csv') {
      const answer = await api.call('POST', `/v1/datasets?name=${encodeURIComponent(name)}`, {
        body,
        headers: { 'content-type': mediaType },
      });
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return answer.body;
    },
    async dataset(name, body, mediaType) {
      const { id } = await api.upload(name, body, mediaType);
      return until(`data set ${name}`, 120, async () => {
        const { body: view } = await api.call('GET', `/v1/datasets/${id}`);
        return view.state === 'received' ? undefined : view;
      });
    },
    submit: (tool, data, params, headers = {}) =>
      api.call('POST', '/v1/jobs', { json: { tool, inputs: { data }, params, cache: 'refresh' }, headers }),
    finished: (job, seconds = 120) =>
      until(`job ${job}`, seconds, async () => {
        const { body } = await api.call('GET', `/v1/jobs/${job}`);
        return ['succeeded', 'failed', 'cancelled'].includes(body.state) ? body : undefined;
      }),
    async run(tool, data, params) {
      const answer = await api.submit(tool, data, params);
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      return api.finished(answer.body.id);
    },
  };
  return api;
}
