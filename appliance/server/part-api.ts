import { createApi } from '@assay/core/api';
import type { Logger } from '@assay/core/telemetry';
import type { PartSettings } from './messages.ts';

export function start(settings: PartSettings['api'], log: Logger) {
  return createApi({ ...settings, log });
}
