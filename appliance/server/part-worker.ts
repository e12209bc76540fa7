import type { Logger } from '@assay/core/telemetry';
import { createWorker } from '@assay/core/worker';
import type { PartSettings } from './messages.ts';

export function start(settings: PartSettings['worker'], log: Logger) {
  return createWorker({ ...settings, log });
}
