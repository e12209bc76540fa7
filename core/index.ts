export { type Config, describeConfig, loadConfig } from './base/config/index.ts';
export { createLogger } from './base/telemetry/index.ts';
export {
  type ApiSettings,
  createApi,
  createWorker,
  type Part,
  type PartSettings,
  type WorkerSettings,
} from './compose.ts';
export type { PluginSource } from './domain/plugins/index.ts';
export { generateOpenapi } from './gateway/http/index.ts';
export { type Prepared, prepareAppliance } from './prepare.ts';
