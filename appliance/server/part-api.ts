import { createApi } from '@assay/core/api';
import type { Logger } from '@assay/core/telemetry';
import { askOffice } from './ask-office.ts';
import type { PartSettings } from './messages.ts';

export function start(settings: PartSettings['api'], log: Logger) {
  return createApi({ ...settings, log, office: askOffice() });
}
