export { type EraseRequest, erase, keyringLock } from './erase.ts';
export { getErasure, listErasures } from './get.ts';
export { reapplyErasures } from './reapply.ts';
export type { ErasedKind, ErasureView } from './views.ts';
