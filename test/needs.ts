import { existsSync } from 'node:fs';
import { canHaveFips } from './fips.ts';
import { softHsmModule } from './softhsm.ts';

/** What a test may need beside Node and npm, and how it is got on Debian. */
const needs = {
  bwrap: { there: () => existsSync('/usr/bin/bwrap'), get: 'apt-get install bubblewrap' },
  docker: {
    // Started by npm test, where the machine has what it takes (test/engine.ts).
    there: () => Boolean(process.env.ASSAY_TEST_ENGINE),
    get: 'apt-get install docker.io mmdebstrap, and be root',
  },
  softhsm: {
    there: () => existsSync('/usr/bin/softhsm2-util') && existsSync(softHsmModule),
    get: 'apt-get install softhsm2',
  },
  fips: { there: canHaveFips, get: 'apt-get install mmdebstrap, and be root' },
  s3: {
    // Started by npm test, where the machine has what it takes (test/s3.ts).
    there: () => Boolean(process.env.ASSAY_TEST_S3_ENDPOINT),
    get: 'an x86-64 Debian, and be root',
  },
  root: { there: () => process.getuid?.() === 0, get: 'run as root' },
  openssl: { there: () => existsSync('/usr/bin/openssl'), get: 'apt-get install openssl' },
  'python-cryptography': {
    there: () => existsSync('/usr/lib/python3/dist-packages/cryptography'),
    get: 'apt-get install python3-cryptography',
  },
  chromium: { there: () => existsSync('/usr/bin/chromium'), get: 'apt-get install chromium' },
} as const;

/**
 * Options for a test that needs a part of the machine: skipped loudly where it is missing, a failure in CI.
 * @throws Error under CI=true where it is missing, except what needs root where there is none
 */
export function need(name: keyof typeof needs): { skip: string | false } {
  const { there, get } = needs[name];
  if (there()) return { skip: false };
  if (process.env.CI === 'true' && name !== 'root') throw new Error(`CI must have ${name} (${get})`);
  return { skip: `NOT COVERED HERE: ${name} is missing (${get})` };
}
