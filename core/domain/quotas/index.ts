export { advanceClock, keepPlacesSmall } from './clock.ts';
export { listQuotas } from './list.ts';
export { overtake, type Priority, priorityOf, ranks } from './overtake.ts';
export { handOver, placeOf, requireRoom, reserve } from './reserve.ts';
export { type Amounts, costOf, type QuotaDefaults, type Resource, resources } from './resources.ts';
export { type SetQuotaRequest, setQuota } from './set.ts';
export { nothingSpent, releaseBytes, settleReservation } from './settle.ts';
export { firstBytes, meterUpload, releaseDeadUploads, settleUpload } from './upload.ts';
export type { QuotaView } from './views.ts';
