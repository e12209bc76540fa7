import { randomBytes } from 'node:crypto';
import { keyBytes } from './gcm.ts';
import { newKeyTree } from './key-tree.ts';
import type { KeptKeys } from './key-vault.ts';

/** One key that was destroyed; the keyring remembers it, so that an older database cannot bring its subject back. */
export interface DestroyedKey {
  readonly slot: number;
  /** What was erased, such as `dataset` or `person`, and its id. */
  readonly kind: string;
  readonly subject: string;
  /** The id of the erasure, and when it was; RFC 3339. */
  readonly erasure: string;
  readonly at: string;
}

/** What a keyring protects. Keys are base64 of 32 bytes. */
export interface KeyringContent {
  /** Versions of the root key there are; the last one wraps, the others still unwrap. */
  readonly rootVersions: number;
  /** Root keys and the key of the log by label; empty where a vault of its own keeps them. */
  readonly kept: KeptKeys;
  /** Key from which the subkeys of `mac` are derived. */
  readonly pepper: string;
  /** Ed25519 seed of the key that signs the leaves of the audit log. */
  readonly leafSeed: string;
  /** Nodes of the tree of keys that can be destroyed (`key-tree.ts`). */
  readonly tree: Readonly<Record<string, string>>;
  readonly destroyed: readonly DestroyedKey[];
}

const random = (): string => randomBytes(keyBytes).toString('base64');

/** New random content with no root key yet. */
export function newKeyringContent(): KeyringContent {
  return {
    rootVersions: 0,
    kept: {},
    pepper: random(),
    leafSeed: random(),
    tree: newKeyTree().toNodes(),
    destroyed: [],
  };
}

const names: readonly (keyof KeyringContent)[] = [
  'rootVersions',
  'kept',
  'pepper',
  'leafSeed',
  'tree',
  'destroyed',
];

/** Whether a parsed document is content of this version. */
export function isKeyringContent(value: unknown): value is KeyringContent {
  if (typeof value !== 'object' || value === null) return false;
  const content = value as Record<keyof KeyringContent, unknown>;
  const keys = (held: unknown) =>
    typeof held === 'object' && held !== null && Object.values(held).every(isKey);
  return (
    Object.keys(content).length === names.length &&
    names.every((name) => name in content) &&
    Number.isSafeInteger(content.rootVersions) &&
    isKey(content.pepper) &&
    isKey(content.leafSeed) &&
    keys(content.kept) &&
    keys(content.tree) &&
    Array.isArray(content.destroyed)
  );
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64').length === keyBytes;
}
