import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import path from 'node:path';

/** A certificate that this appliance made for itself. */
export interface OwnCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** SHA-256 as browsers show it; whoever connects first compares it. */
  readonly fingerprint: string;
}

const validDays = 730;
const renewDays = 30;
const dayMs = 86_400_000;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Names and addresses that a certificate is for. */
export interface OwnNames {
  /** Those that the configuration says: without one of them the certificate is made anew. */
  readonly configured: readonly string[];
  /** Those that the machine has just now. */
  readonly found: readonly string[];
}

/** Every name and address under which this machine may be called. */
export function ownNames(host: string, publicUrl: string | undefined): OwnNames {
  const called = publicUrl ? new URL(publicUrl).hostname.replace(/^\[|\]$/g, '') : '';
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  // The zone of a link-local address is this machine's own business.
  const reachable = addresses.filter(({ scopeid }) => !scopeid).map(({ address }) => address);
  const names = (...given: readonly string[]) =>
    given.map((name) => name.toLowerCase()).filter((name) => !['', '0.0.0.0', '::'].includes(name));
  return {
    configured: names('localhost', host, called),
    found: names(hostname(), '127.0.0.1', '::1', ...reachable),
  };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Self-signed ECDSA P-256, for a server and for nothing else. */
async function make(names: readonly string[]): Promise<{ cert: string; key: string }> {
  // Loaded where one is made and nowhere else: the library needs an addition to the global `Reflect`.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: ['Assay, made by itself'] }],
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + validDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: pem('CERTIFICATE', certificate.rawData), key: pem('PRIVATE KEY', key) };
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** The certificate in that file, where it will do for a while yet. */
async function readUsable(
  certificateFile: string,
  keyFile: string,
  names: OwnNames,
): Promise<X509Certificate | undefined> {
  try {
    const certificate = new X509Certificate(await readFile(certificateFile));
    await readFile(keyFile);
    const lasts = Date.parse(certificate.validTo) > Date.now() + renewDays * dayMs;
    return lasts && names.configured.every((name) => isFor(certificate, name)) ? certificate : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, and never readable by others. */
async function replace(file: string, text: string): Promise<void> {
  const next = `${file}.new`;
  await rm(next, { force: true });
  await writeFile(next, text, { mode: 0o600, flag: 'wx' });
  await rename(next, file);
}

/**
 * The certificate that lies in this folder, made there where there is none, or where the one that is there ends within
 * a month or is for other names.
 */
export async function keepOwnCertificate(folder: string, names: OwnNames): Promise<OwnCertificate> {
  const [certificateFile, keyFile] = [
    path.join(folder, 'tls-certificate.pem'),
    path.join(folder, 'tls-key.pem'),
  ];
  const kept = await readUsable(certificateFile, keyFile, names);
  if (kept) return { certificateFile, keyFile, fingerprint: kept.fingerprint256 };
  const { cert, key } = await make([...new Set([...names.configured, ...names.found])]);
  // The certificate comes last: where it is, its key is too.
  await rm(certificateFile, { force: true });
  await replace(keyFile, key);
  await replace(certificateFile, cert);
  return { certificateFile, keyFile, fingerprint: new X509Certificate(cert).fingerprint256 };
}
