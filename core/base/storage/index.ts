export { type FilesystemStoreOptions, openFilesystemStore } from './filesystem.ts';
export type { ObjectStore, StoredObject } from './object-store.ts';
