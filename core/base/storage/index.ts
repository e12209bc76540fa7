export { type CopyProgress, type CopyReport, copyObjects } from './copy.ts';
export { examineStore, type Finding } from './examine.ts';
export type { ObjectStore, StoredObject } from './object-store.ts';
export { nameOfStore, openStore, type StorageSettings } from './open.ts';
