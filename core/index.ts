export {
  type ApiSettings,
  createApi,
  createWorker,
  type Part,
  type PartSettings,
  type WorkerSettings,
} from './compose.ts';
export type { PluginSource } from './domain/plugins/index.ts';
export { type Prepared, prepareAppliance } from './prepare.ts';
