export { describeConfig } from './describe.ts';
export { type LoadOptions, loadConfig } from './load.ts';
export type { Config } from './schema.ts';
