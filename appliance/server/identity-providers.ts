import { readFile } from 'node:fs/promises';
import type { Config } from '@assay/core';
import { AssayError } from '@assay/sdk';
import type { PartSettings } from './messages.ts';
import { readSecret } from './secret.ts';

type Providers = NonNullable<PartSettings['api']['http']['providers']>;

/** The identity providers that the configuration names, with their secrets; for the api alone. */
export async function identityProviders({ access }: Pick<Config, 'access'>): Promise<Providers> {
  const names = access.providers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice)
    throw new AssayError(
      'config.invalid',
      `access.providers has two of the name ${twice}; each needs its own.`,
    );
  return Promise.all(
    access.providers.map(async ({ clientSecretFile, ...provider }, index) => ({
      ...provider,
      clientSecret: clientSecretFile
        ? await readSecret(`access.providers.${index}.clientSecretFile`, clientSecretFile)
        : '',
    })),
  );
}

/** Certificates that identity providers are checked against beside the known ones. */
export async function providersCa({ access }: Pick<Config, 'access'>): Promise<string | undefined> {
  const { providersCaFile: file } = access;
  if (!file) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssayError('config.invalid', `access.providersCaFile: ${file} cannot be read (${code}).`, {
      cause: error,
    });
  }
}
