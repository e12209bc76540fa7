import createFetchClient, { type Client as FetchClient } from 'openapi-fetch';
import type { paths } from './generated/api.d.ts';
import { AssayProblem, AssayUnreachable, toError } from './problem.ts';

/** Where the server is and who asks. */
export interface ClientOptions {
  /** `http://127.0.0.1:7400`; a path after the host is kept. */
  readonly url: string;
  /** API token; not needed for `health` and `signIn`. */
  readonly token?: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Ends a call from outside. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A request as `fetch` takes it, with plain headers. */
export interface RawRequest extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly duplex?: 'half';
}

/** What the verbs of the client are made of. */
export interface Transport {
  readonly url: string;
  readonly typed: FetchClient<paths>;
  /** A request outside the typed part: raw bodies and streams. @throws AssayProblem, AssayUnreachable */
  raw(path: string, init: RawRequest): Promise<Response>;
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // Whatever answered was not the API; `toError` says so.
    return text;
  }
}

/** Makes the part that speaks HTTP. Redirects are refused: a token must not follow one. */
export function createTransport({ url, token, fetch = globalThis.fetch }: ClientOptions): Transport {
  const base = url.replace(/\/+$/, '');
  const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const ask = async (input: Request | string, init?: RequestInit): Promise<Response> => {
    try {
      return await fetch(input, { ...init, redirect: 'error' });
    } catch (error) {
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      if (signal?.aborted) throw signal.reason;
      throw new AssayUnreachable(base, `Assay cannot be reached at ${base} (${causeOf(error)}).`, {
        cause: error,
      });
    }
  };
  return {
    url: base,
    typed: createFetchClient<paths>({ baseUrl: base, fetch: ask, headers: authorization }),
    async raw(path, { headers, ...init }) {
      const response = await ask(`${base}${path}`, {
        ...init,
        headers: { ...authorization, ...headers },
      });
      if (!response.ok) throw toError(response, await readBody(response));
      return response;
    },
  };
}

/** Something answered, but with what the API never answers. */
function notAssay(url: string, cause: unknown): unknown {
  if (!(cause instanceof SyntaxError)) return cause;
  return new AssayUnreachable(url, `What answers at ${url} is not Assay: its answer is not JSON.`, { cause });
}

/** The body of a good answer as JSON. @throws AssayUnreachable where it is none */
export async function readJson<T>(url: string, response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw notAssay(url, error);
  }
}

/** The body of a typed answer, or the error that it stands for. */
export async function unwrap<T>(
  url: string,
  answering: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answering.catch((cause: unknown) => {
    throw notAssay(url, cause);
  });
  if (!response.ok || (data === undefined && response.status !== 204)) throw toError(response, error);
  return data as T;
}

/** True where asking again later may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof AssayUnreachable || (error instanceof AssayProblem && error.retryable);
}
