import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  getFips,
  pbkdf2Sync,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AssayError } from '@assay/sdk';

/** What the self-test found: which provider, and what it was seen to do. */
export interface FipsEvidence {
  /** What the provider calls itself in its own file, `OpenSSL FIPS Provider` for instance. */
  readonly provider: string;
  /** The file that is mapped into this process. */
  readonly file: string;
  /** SHA-256 of that file in hex, to hold against what its maker publishes. */
  readonly sha256: string;
  /** Each with a known answer. */
  readonly answered: readonly string[];
}

/** PKCS#8 of the secret key of test 1 of RFC 8032. */
const ed25519Key =
  '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

/** Everything of ours that is done in this mode, with answers that anybody can look up or compute elsewhere. */
const known: readonly { readonly name: string; readonly answer: string; readonly compute: () => Buffer }[] = [
  {
    // Test case 14 of the GCM specification.
    name: 'AES-256-GCM',
    answer: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    compute: () => {
      const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
      return Buffer.concat([cipher.update(Buffer.alloc(16)), cipher.final(), cipher.getAuthTag()]);
    },
  },
  {
    // Test case 1 of RFC 4231.
    name: 'HMAC-SHA-384',
    answer:
      'afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6',
    compute: () => createHmac('sha384', Buffer.alloc(20, 0x0b)).update('Hi There').digest(),
  },
  {
    // Of our own, since published ones are weaker than a strict provider allows; the same in Python's hashlib.
    name: 'PBKDF2-HMAC-SHA-512',
    answer: 'a12a85c1def5b889e4050d729b242c285c1d5c1c76d21bf70d8863cdcb2f8901',
    compute: () => pbkdf2Sync('assay boot self-test', Buffer.from([...Array(16).keys()]), 1000, 32, 'sha512'),
  },
  {
    // Test case 1 of RFC 4231.
    name: 'HMAC-SHA-256',
    answer: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    compute: () => createHmac('sha256', Buffer.alloc(20, 0x0b)).update('Hi There').digest(),
  },
  {
    // Test 1 of RFC 8032: the signature of nothing. Checkpoints, leaves and certificates are signed with it.
    name: 'Ed25519',
    answer:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    compute: signNothing,
  },
];

/**
 * Proves that this process computes with a FIPS provider: Node says so, what is not approved is refused, what we need
 * answers as it must, and the provider's file is mapped into the process.
 *
 * That Node says so is not enough: `crypto.setFips(true)` succeeds without any provider.
 *
 * @throws AssayError `config.invalid` with what is wrong and what to do
 */
export function selfTestFips(): FipsEvidence {
  if (getFips() !== 1) throw invalid('this process was not started in FIPS mode');
  if (works(() => createHash('md5').update('').digest()))
    throw invalid('MD5 works, so another provider than the FIPS one answers');
  for (const { name, answer, compute } of known) {
    const computed = attempt(name, compute).toString('hex');
    if (computed !== answer) throw invalid(`${name} gives a wrong answer, ${computed}`);
  }
  return { ...loadedProvider(), answered: known.map(({ name }) => name) };
}

function signNothing(): Buffer {
  const key = createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.from(ed25519Key, 'hex') });
  const signature = sign(null, Buffer.alloc(0), key);
  return verify(null, Buffer.alloc(0), createPublicKey(key), signature) ? signature : Buffer.of();
}

function works(compute: () => unknown): boolean {
  try {
    compute();
    return true;
  } catch {
    return false;
  }
}

function attempt(name: string, compute: () => Buffer): Buffer {
  try {
    return compute();
  } catch (cause) {
    throw invalid(`${name} does not work (${cause instanceof Error ? cause.message : cause})`, cause);
  }
}

/** The provider as the kernel sees it: of the libraries in this process, the one that is an OpenSSL FIPS provider. */
function loadedProvider(): Pick<FipsEvidence, 'provider' | 'file' | 'sha256'> {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const files = new Set(lines.flatMap((line) => /(\/.*\.so[^/]*)$/.exec(line)?.[1] ?? []));
  for (const file of files) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch {
      // Replaced or removed since it was loaded: then it is not the one to vouch for.
      continue;
    }
    if (!bytes.includes('OSSL_provider_init')) continue;
    const provider = /[\x20-\x7e]*FIPS Provider[\x20-\x7e]*/.exec(bytes.toString('latin1'))?.[0];
    if (provider) return { provider, file, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  throw invalid('no FIPS provider is mapped into this process');
}

function invalid(what: string, cause?: unknown): AssayError {
  return new AssayError(
    'config.invalid',
    `crypto.profile is fips, but ${what}. Set crypto.opensslConfig to an OpenSSL configuration that activates your FIPS ` +
      'provider and the base provider and sets default_properties to fips=yes (docs/security/fips.md), or set ' +
      'crypto.profile to default.',
    { cause },
  );
}
