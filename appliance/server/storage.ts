import path from 'node:path';
import type { Config, StorageSettings } from '@assay/core';
import { AssayError } from '@assay/sdk';
import { readSecret } from './secret.ts';

/** Which store the configuration names, with the secret that opens it. @param directory `objects` of the data directory */
export async function storageSettings(
  { storage }: Pick<Config, 'storage'>,
  directory: string,
): Promise<StorageSettings> {
  if (storage.kind === 'disk')
    return { kind: 'disk', directory: path.resolve(storage.directory ?? directory) };
  const { endpoint, bucket, prefix, region, accessKey, secretKeyFile, addressing, caFile, allowHttp } =
    storage;
  if (!endpoint || !bucket || !accessKey || !secretKeyFile)
    throw new AssayError(
      'config.invalid',
      'storage.kind s3 needs storage.endpoint, storage.bucket, storage.accessKey and storage.secretKeyFile.',
    );
  return {
    kind: 's3',
    ...{ endpoint, bucket, accessKey, addressing, allowHttp },
    secretKey: await readSecret('storage.secretKeyFile', secretKeyFile),
    ...(prefix ? { prefix } : {}),
    ...(region ? { region } : {}),
    ...(caFile ? { caFile: path.resolve(caFile) } : {}),
  };
}
