import path from 'node:path';
import type { Config } from '@assay/core';
import { AssayError } from '@assay/sdk';
import { type OwnNames, ownNames } from './own-certificate.ts';
import { placeOf } from './secret.ts';

/** How the api listens: over TLS with a given certificate or one that is made, or over plain HTTP. */
export type Listener =
  | { readonly kind: 'plain' }
  | { readonly kind: 'given'; readonly certificateFile: string; readonly keyFile: string }
  | { readonly kind: 'own'; readonly names: OwnNames };

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * What the configuration says of the listener. Without a certificate the api speaks plain HTTP on loopback and behind
 * trusted proxies alone; anywhere else it makes a certificate.
 * @throws AssayError `config.invalid`
 */
export function listenerOf({ http }: Config): Listener {
  const { host, publicUrl, certificateFile, keyFile, trustedProxies } = http;
  if (certificateFile && keyFile) {
    const key = placeOf('http.keyFile', keyFile);
    if (key.startsWith('/dev/fd/'))
      throw new AssayError(
        'config.invalid',
        'http.keyFile must be a file, since it is read again when the certificate is renewed; a file descriptor can be read once.',
      );
    return { kind: 'given', certificateFile: path.resolve(certificateFile), keyFile: path.resolve(key) };
  }
  if (certificateFile || keyFile)
    throw new AssayError('config.invalid', 'TLS needs both http.certificateFile and http.keyFile.');
  if (isLoopback(host) || trustedProxies.length > 0) return { kind: 'plain' };
  return { kind: 'own', names: ownNames(host, publicUrl) };
}
