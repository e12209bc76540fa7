export { type Client, createClient, type PageOptions, type ToolSearchOptions } from './client.ts';
export { AssayProblem, AssayUnreachable } from './problem.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export * from './types.ts';
export type { UploadRequest } from './upload.ts';
export type { WatchOptions } from './watch.ts';
