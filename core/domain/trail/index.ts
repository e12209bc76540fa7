export { exportTrail, proveRecord } from './export.ts';
export { getLogKeys } from './keys.ts';
export { type AuditRecordView, listRecords } from './list.ts';
