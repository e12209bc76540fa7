import type { Readable } from 'node:stream';
import type { ErrorCode } from '@assay/sdk';
import type { Static, TObject, TSchema } from 'typebox';
import type { Context, Permission } from '../../domain/access/index.ts';
import type { Client } from '../../domain/audit/index.ts';
import type { Deps } from '../../domain/deps.ts';

/** One possible answer: a JSON document with its schema, bytes of a media type (which may be JSON too), or none (`''`). */
export type ResponseContract =
  | { readonly description: string; readonly schema: TSchema; readonly mediaType?: undefined }
  | { readonly description: string; readonly mediaType: string; readonly schema?: TSchema };
export type Responses = Readonly<Record<number, ResponseContract>>;

/** What a route takes as body: nothing, JSON, a form of our own pages, or raw bytes that are never parsed. */
export type Payload<B extends TSchema = TSchema> =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly schema: B }
  | { readonly kind: 'form'; readonly schema: B }
  | { readonly kind: 'stream'; readonly mediaTypes: readonly string[] };

/** Raw body of an upload. Reading it fails with `request.interrupted` where the sender went away. */
export interface Upload {
  readonly mediaType: string;
  readonly length?: number;
  readonly body: AsyncIterable<Uint8Array>;
}

type ReadonlyDeep<T> = T extends readonly (infer I)[]
  ? readonly ReadonlyDeep<I>[]
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;
type BodyOf<C> = C extends { readonly mediaType: string }
  ? Readable | Buffer | string
  : C extends { readonly schema: infer S extends TSchema }
    ? ReadonlyDeep<Static<S>>
    : never;

/** An answer that one of the route's contracts describes; the compiler holds them together. */
export type Reply<R extends Responses = Responses> = {
  [S in keyof R & number]: {
    readonly status: S;
    readonly body: BodyOf<R[S]>;
    readonly mediaType?: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** `Set-Cookie`, each a header of its own. */
    readonly cookies?: readonly string[];
  };
}[keyof R & number];

type Auth = 'token' | 'none';
type StaticOr<S> = S extends TSchema ? Static<S> : Record<string, never>;

/** What a handler is given: everything in it was validated. */
export interface Call<
  A extends Auth = Auth,
  P = TObject | null,
  Q = TObject | null,
  H = TObject | null,
  B extends TSchema = TSchema,
> {
  readonly deps: Deps;
  readonly context: A extends 'token' ? Context : undefined;
  readonly requestId: string;
  readonly client: Client;
  readonly params: StaticOr<P>;
  readonly query: StaticOr<Q>;
  readonly headers: StaticOr<H>;
  readonly payload: Static<B>;
  readonly upload: Upload;
  /** Aborts when the caller goes away before it has its whole answer. */
  readonly signal: AbortSignal;
  /** Aborts when the server stops; for answers that have no end of their own. */
  readonly stopping: AbortSignal;
  /** Raw `Cookie` header; for the pages alone. */
  readonly cookie: string | undefined;
  /** How to reach this server from outside: `https://assay.example.org`. */
  readonly origin: string;
  /** The OpenAPI document of all routes. */
  readonly openapi: string;
  /** Of the appliance. */
  readonly version: string;
}

/** One way in, as one literal. `null` says that there is nothing of this kind. */
export interface Route<
  A extends Auth = Auth,
  P extends TObject | null = TObject | null,
  Q extends TObject | null = TObject | null,
  H extends TObject | null = TObject | null,
  B extends TSchema = TSchema,
  R extends Responses = Responses,
> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** `operationId` in OpenAPI. */
  readonly id: string;
  readonly summary: string;
  readonly auth: A;
  /** What the use case asks for; for readers, the rule itself is in the domain. */
  readonly permission: Permission | null;
  /** Most bytes of the body; `uploads` is the setting of the installation. */
  readonly maxBytes: number | 'uploads';
  /** Milliseconds until the answer must have begun; null where it may take as long as its body does. */
  readonly timeout: number | null;
  readonly params: P;
  /** What a malformed id in the address answers, the same as an unknown one: code and noun. */
  readonly missing: readonly [ErrorCode, string] | null;
  readonly query: Q;
  readonly headers: H;
  readonly payload: Payload<B>;
  readonly responses: R;
  readonly handler: (call: Call<A, P, Q, H, B>) => Promise<Reply<R>>;
}

export type AnyRoute = Route<Auth, TObject | null, TObject | null, TObject | null, TSchema, Responses>;

/** Checks that a literal is a whole route, then forgets its exact types. */
export function defineRoute<
  A extends Auth,
  P extends TObject | null,
  Q extends TObject | null,
  H extends TObject | null,
  B extends TSchema,
  const R extends Responses,
>(route: Route<A, P, Q, H, B, R>): AnyRoute {
  return route as unknown as AnyRoute;
}

/** An answer, its status and texts kept as literals so that the compiler can find its contract. */
export function reply<const S extends number, const B>(
  status: S,
  body: B,
  rest: { readonly mediaType?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) {
  return { status, body, ...rest };
}

export const nothing: Payload = { kind: 'none' };
/** Most bytes of a JSON body. */
export const jsonBytes = 1024 * 1024;
/** Milliseconds after which a request that should be quick is given up. */
export const quick = 30_000;
