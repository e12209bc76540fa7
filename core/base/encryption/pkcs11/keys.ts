import { keyUnavailable } from '../wrapped-key.ts';
import { attribute, find, held, must } from './calls.ts';
import type { Cryptoki } from './cryptoki.ts';
import * as ck from './standard.ts';
import { packMechanism, packTemplate, readUlong, type Template, ulong } from './structures.ts';

/** The token as an operation sees it while it runs. */
export interface OpenSession {
  readonly cryptoki: Cryptoki;
  readonly session: bigint;
  readonly token: string;
  /** Handles of keys found in this session, by class and label; only its own. */
  readonly handles: Map<string, bigint>;
}

export type KeyKind = 'secret' | 'signing';

const secretKeyBytes = 32;
const classOf: Readonly<Record<KeyKind, number>> = {
  secret: ck.CKO_SECRET_KEY,
  signing: ck.CKO_PRIVATE_KEY,
};
/** Ed25519 as an object identifier (1.3.101.112), which is how CKA_EC_PARAMS names a curve. */
const ed25519 = Buffer.from('06032b6570', 'hex');
/** What makes a key one that stays: it is stored, only for who is logged in, and its value is never given out. */
const stays: Template = [
  [ck.CKA_TOKEN, true],
  [ck.CKA_PRIVATE, true],
  [ck.CKA_SENSITIVE, true],
  [ck.CKA_EXTRACTABLE, false],
];

export function listKeys(at: OpenSession, prefix: string): { label: string; kind: KeyKind }[] {
  return (['secret', 'signing'] as const).flatMap((kind) =>
    find(at.cryptoki, at.session, [
      [ck.CKA_CLASS, classOf[kind]],
      [ck.CKA_TOKEN, true],
    ])
      .map((object) => attribute(at.cryptoki, at.session, object, ck.CKA_LABEL).toString('utf8'))
      .filter((label) => label.startsWith(prefix))
      .map((label) => ({ label, kind })),
  );
}

export function makeSecretKey(at: OpenSession, label: string): void {
  refuseTaken(at, label);
  const template: Template = [
    [ck.CKA_CLASS, ck.CKO_SECRET_KEY],
    [ck.CKA_KEY_TYPE, ck.CKK_AES],
    [ck.CKA_VALUE_LEN, secretKeyBytes],
    [ck.CKA_LABEL, label],
    ...stays,
    [ck.CKA_ENCRYPT, true],
    [ck.CKA_DECRYPT, true],
  ];
  const key = ulong(0);
  const { addressOf } = at.cryptoki;
  held(packTemplate(template, addressOf), (bytes) =>
    must(
      at.cryptoki,
      'C_GenerateKey',
      ...[at.session, packMechanism(ck.CKM_AES_KEY_GEN, undefined, addressOf).bytes],
      ...[bytes, template.length, key],
    ),
  );
  keepOnlyIfItStays(at, label, 'secret', [readUlong(key)]);
}

export function makeSigningKey(at: OpenSession, label: string): void {
  refuseTaken(at, label);
  const forPublic: Template = [
    [ck.CKA_CLASS, ck.CKO_PUBLIC_KEY],
    [ck.CKA_KEY_TYPE, ck.CKK_EC_EDWARDS],
    [ck.CKA_EC_PARAMS, ed25519],
    [ck.CKA_LABEL, label],
    [ck.CKA_TOKEN, true],
    [ck.CKA_VERIFY, true],
  ];
  const forPrivate: Template = [
    [ck.CKA_CLASS, ck.CKO_PRIVATE_KEY],
    [ck.CKA_KEY_TYPE, ck.CKK_EC_EDWARDS],
    [ck.CKA_LABEL, label],
    ...stays,
    [ck.CKA_SIGN, true],
  ];
  const [publicKey, privateKey] = [ulong(0), ulong(0)];
  const { addressOf } = at.cryptoki;
  held(packTemplate(forPublic, addressOf), (first) =>
    held(packTemplate(forPrivate, addressOf), (second) =>
      must(
        at.cryptoki,
        'C_GenerateKeyPair',
        ...[at.session, packMechanism(ck.CKM_EC_EDWARDS_KEY_PAIR_GEN, undefined, addressOf).bytes],
        ...[first, forPublic.length, second, forPrivate.length, publicKey, privateKey],
      ),
    ),
  );
  keepOnlyIfItStays(at, label, 'signing', [readUlong(privateKey), readUlong(publicKey)]);
}

export function destroyKey(at: OpenSession, label: string): void {
  at.handles.clear();
  destroyObjects(at, labelled(at, label));
}

function destroyObjects(at: OpenSession, objects: readonly bigint[]): void {
  for (const object of objects) must(at.cryptoki, 'C_DestroyObject', at.session, object);
}

export function labelled(at: OpenSession, label: string, objectClass?: number): bigint[] {
  const only: Template = objectClass === undefined ? [] : [[ck.CKA_CLASS, objectClass]];
  return find(at.cryptoki, at.session, [...only, [ck.CKA_TOKEN, true], [ck.CKA_LABEL, label]]);
}

/** The one key of this kind under the label. @throws AssayError encryption.key_unavailable where it is none or several */
export function keyHandle(at: OpenSession, label: string, kind: KeyKind): bigint {
  const name = `${kind} ${label}`;
  const known = at.handles.get(name);
  if (known !== undefined) return known;
  const [object, another] = labelled(at, label, classOf[kind]);
  if (object === undefined) throw noKey(at, label, kind);
  if (another !== undefined) throw severalKeys(at, label);
  at.handles.set(name, object);
  return object;
}

function refuseTaken(at: OpenSession, label: string): void {
  if (labelled(at, label).length === 0) return;
  throw keyUnavailable(
    `The PKCS#11 token ${JSON.stringify(at.token)} already has a key ${JSON.stringify(label)}; it is left as it is. ` +
      'Use another label, or destroy that key first.',
  );
}

/** The first of the objects made is the one that must stay. A token may ignore what it was asked for, and another process may have taken the label at the same moment. */
function keepOnlyIfItStays(at: OpenSession, label: string, kind: KeyKind, made: readonly bigint[]): void {
  const is = (type: number, expected: boolean): boolean =>
    attribute(at.cryptoki, at.session, made[0] as bigint, type).equals(Buffer.from([expected ? 1 : 0]));
  const wrong = [
    ...(is(ck.CKA_TOKEN, true) ? [] : ['it is not stored in the token']),
    ...(is(ck.CKA_SENSITIVE, true) ? [] : ['it is not marked as sensitive']),
    ...(is(ck.CKA_EXTRACTABLE, false) ? [] : ['it can be extracted']),
  ];
  if (wrong.length > 0) {
    destroyObjects(at, made);
    throw keyUnavailable(
      `The PKCS#11 token ${JSON.stringify(at.token)} made a key that does not stay in it (${wrong.join(', ')}), so it ` +
        "was destroyed. Change the token's policy, or use another one.",
    );
  }
  if (labelled(at, label, classOf[kind]).length === 1) return;
  destroyObjects(at, made);
  throw severalKeys(at, label);
}

export function noKey(at: OpenSession, label: string, kind: string): Error {
  return keyUnavailable(
    `The PKCS#11 token ${JSON.stringify(at.token)} has no ${kind} key ${JSON.stringify(label)}. It was destroyed, or ` +
      'this is another token than the one that the data belongs to.',
  );
}

function severalKeys(at: OpenSession, label: string): Error {
  return keyUnavailable(
    `The PKCS#11 token ${JSON.stringify(at.token)} has several keys ${JSON.stringify(label)}, so it cannot be said which ` +
      'is meant. Remove what another program made under this label.',
  );
}
