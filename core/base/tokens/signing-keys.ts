import { createECDH, createHash } from 'node:crypto';
import type { JWK } from 'jose';

/** How long one key signs. The one before and the one after are published with it. */
const epochMs = 90 * 86_400_000;
/** Order of the group of P-256 (FIPS 186-5, SP 800-186). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface SigningKeys {
  /** Changes when the keys do. */
  readonly epoch: number;
  /** Private keys (ES256); the first signs, all verify. */
  readonly private: readonly JWK[];
  /** Their public halves. */
  readonly public: readonly JWK[];
}

/**
 * The scalar of a private key out of 64 bytes of a keyed hash: 48 of them modulo n - 1, plus one (FIPS 186-5, A.2.1,
 * extra random bits), so that no value is likelier than another.
 */
function scalar(bytes: Buffer): Buffer {
  const wide = BigInt(`0x${bytes.subarray(0, 48).toString('hex')}`);
  return Buffer.from(((wide % (order - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
}

function keyOf(mac: (text: string) => Buffer, epoch: number): JWK {
  const d = scalar(Buffer.concat([mac(`es256/${epoch}/1`), mac(`es256/${epoch}/2`)]));
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const base64 = (bytes: Buffer) => bytes.toString('base64url');
  const [x, y] = [base64(point.subarray(1, 33)), base64(point.subarray(33, 65))];
  // RFC 7638: members in this order.
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }));
  const kid = thumbprint.digest('base64url');
  return { kty: 'EC', crv: 'P-256', x, y, d: base64(d), kid, alg: 'ES256', use: 'sig' };
}

function publicHalf({ d: _, ...rest }: JWK): JWK {
  return rest;
}

/**
 * Keys that sign access tokens. They follow from the key source alone, so that every process of an installation has the
 * same ones without a table, and whoever has the database has none of them. A new one signs every 90 days.
 *
 * @param mac keyed hash under a subkey of the key source that is used for nothing else
 */
export function signingKeys(mac: (text: string) => Buffer, now: number): SigningKeys {
  const epoch = Math.floor(now / epochMs);
  const keys = [epoch, epoch - 1, epoch + 1].map((each) => keyOf(mac, each));
  return { epoch, private: keys, public: keys.map(publicHalf) };
}
