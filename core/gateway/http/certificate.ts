import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { AssayError } from '@assay/sdk';
import type { Logger } from '../../base/telemetry/index.ts';

export interface CertificateFiles {
  /** PEM, the server's own certificate first, then its chain. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A certificate and its key that were held against each other. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
  readonly expires: Date;
  /** Of both files as they were. */
  readonly digest: string;
}

/** Neither TLS 1.2 nor anything older is spoken. Said again with every new certificate: a new context knows nothing of it. */
export const tlsVersion = { minVersion: 'TLSv1.3' } as const;

const lookEveryMs = 5000;
const soonMs = 14 * 86_400_000;

function refused(detail: string, cause?: unknown): AssayError {
  return new AssayError('config.invalid', detail, { cause });
}

async function readPem(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw refused(`${setting}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, error);
  }
}

async function requireOwnKey(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0)
    throw refused(`Others may read ${file}, which http.keyFile names. Run: chmod 600 '${file}'`);
}

/** What OpenSSL says of texts that are none of its own, in our words. */
function parse<T>(detail: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refused(detail, error);
  }
}

/**
 * Reads both files and makes sure that a listener can use them.
 * @throws AssayError `config.invalid`
 */
export async function loadCertificate({
  certificateFile,
  keyFile,
}: CertificateFiles): Promise<CertificatePair> {
  const cert = await readPem('http.certificateFile', certificateFile);
  const key = await readPem('http.keyFile', keyFile);
  await requireOwnKey(keyFile);
  const own = parse(
    `http.certificateFile: ${certificateFile} is no certificate (PEM).`,
    () => new X509Certificate(cert),
  );
  const secret = parse(`http.keyFile: ${keyFile} is no private key (PEM without a passphrase).`, () =>
    createPrivateKey(key),
  );
  if (!own.checkPrivateKey(secret))
    throw refused(`The key in ${keyFile} is not the one of the certificate in ${certificateFile}.`);
  parse(`The certificate in ${certificateFile} cannot be used for TLS 1.3.`, () =>
    createSecureContext({ cert, key, ...tlsVersion }),
  );
  return {
    cert,
    key,
    fingerprint: own.fingerprint256,
    expires: new Date(own.validTo),
    digest: createHash('sha256').update(cert).update('\0').update(key).digest('hex'),
  };
}

function tellExpiry(log: Logger, { expires, fingerprint }: CertificatePair): void {
  const left = expires.getTime() - Date.now();
  if (left > soonMs) return;
  const days = Math.max(0, Math.floor(left / 86_400_000));
  log.warn(
    { fingerprint, expires },
    left <= 0 ? 'the certificate has expired' : `the certificate expires in ${days} days`,
  );
}

export interface CertificateWatch {
  /** Looks now. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Looks at the files from time to time and gives the listener what is new there; connections that are open stay as they
 * are. What cannot be used, or has expired, is told once and the listener keeps what it has.
 */
export function watchCertificate(
  files: CertificateFiles,
  first: CertificatePair,
  listener: Pick<Server, 'setSecureContext'>,
  log: Logger,
): CertificateWatch {
  let used = first.digest;
  let complaint = '';
  tellExpiry(log, first);

  async function lookOnce(): Promise<void> {
    try {
      const found = await loadCertificate(files);
      if (found.digest !== used) {
        if (found.expires.getTime() <= Date.now())
          throw refused(`The new certificate in ${files.certificateFile} has expired.`);
        listener.setSecureContext({ cert: found.cert, key: found.key, ...tlsVersion });
        used = found.digest;
        log.info({ fingerprint: found.fingerprint, expires: found.expires }, 'a new certificate is used');
        tellExpiry(log, found);
      }
      complaint = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== complaint)
        log.error({ err: error }, 'the new certificate cannot be used; the one before is kept');
      complaint = message;
    }
  }

  let looking = Promise.resolve();
  const look = () => {
    looking = looking.then(lookOnce);
    return looking;
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    look,
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
