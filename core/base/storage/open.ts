import { openFilesystemStore } from './filesystem.ts';
import type { ObjectStore } from './object-store.ts';
import { openS3Store } from './s3.ts';
import { placeOf, type S3Options } from './s3-options.ts';

/** Which store an installation has. */
export type StorageSettings =
  | { readonly kind: 'disk' /** Absolute path of the folder. */; readonly directory: string }
  | ({ readonly kind: 's3' } & S3Options);

/**
 * Opens the store that the settings name. Nothing is asked of it yet; call `check` at the start.
 * @throws AssayError `config.invalid`
 */
export function openStore(settings: StorageSettings): ObjectStore {
  return settings.kind === 'disk' ? openFilesystemStore(settings) : openS3Store(settings);
}

/** The store in words, without secrets. */
export function nameOfStore(settings: StorageSettings): string {
  if (settings.kind === 'disk') return settings.directory;
  const { secure, host, port, bucket, prefix } = placeOf(settings);
  return `${secure ? 'https' : 'http'}://${host}:${port}/${bucket}/${prefix}`;
}
