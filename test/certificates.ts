import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority in this folder, with the `openssl` command. */
export async function makeAuthority(folder: string, name: string): Promise<Certificate> {
  const file = path.join(folder, name);
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-keyout', `${file}.key`, '-out', `${file}.crt`],
  ]);
  return read(file);
}

/** A certificate by that authority for these names, such as `DNS:localhost`. */
export async function makeCertificate(
  folder: string,
  authority: string,
  name: string,
  names: string,
): Promise<Certificate> {
  const [file, ca] = [path.join(folder, name), path.join(folder, authority)];
  await writeFile(`${file}.ext`, `subjectAltName=${names}\n`);
  await run('openssl', [
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`],
    ...['-keyout', `${file}.key`, '-out', `${file}.csr`],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', `${file}.csr`, '-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial'],
    ...['-days', '2', '-extfile', `${file}.ext`, '-out', `${file}.crt`],
  ]);
  return read(file);
}

async function read(file: string): Promise<Certificate> {
  return { cert: await readFile(`${file}.crt`, 'utf8'), key: await readFile(`${file}.key`, 'utf8') };
}
