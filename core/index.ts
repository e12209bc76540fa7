export { type Config, describeConfig, loadConfig } from './base/config/index.ts';
export type { StorageSettings } from './base/storage/index.ts';
export type { PluginSource } from './domain/plugins/index.ts';
export type { KeySettings } from './keys.ts';
export { type Prepared, prepareAppliance } from './prepare.ts';
