import { createHash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { ResultDocument } from './result.ts';

/** SHA-256 as `sha256:hex`. */
export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The canonical form of a JSON value (RFC 8785). */
export function canonicalJson(value: unknown): string {
  return canonicalize(value);
}

/** Digest of a JSON value over its canonical form (RFC 8785). */
export function digestJson(value: unknown): string {
  return sha256(canonicalize(value));
}

/** Name and digest of a blob that a run gave back. */
export interface NamedDigest {
  readonly name: string;
  readonly digest: string;
}

/**
 * Result digest: what was found and how, without durations, memory, logs or run ids. Two jobs over the same
 * data, tool version, parameters and seed in the same runtime image have the same one.
 */
export function digestResult(result: ResultDocument, blobs: readonly NamedDigest[]): string {
  const { values, dropped, method, assumptions, warnings, nonfinite } = result;
  const named = (list: readonly { name: string; blob: string }[]) =>
    list.map((entry) => {
      const blob = blobs.find((b) => b.name === entry.blob);
      if (!blob) throw new TypeError(`no digest for blob ${entry.blob}`);
      return { name: entry.name, digest: blob.digest };
    });
  return digestJson({
    values,
    dropped,
    method,
    assumptions,
    warnings,
    nonfinite,
    tables: named(result.tables),
    figures: named(result.figures),
    artifacts: named(result.artifacts),
  });
}
