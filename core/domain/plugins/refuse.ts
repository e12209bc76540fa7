import { AssayError } from '@assay/sdk';

/**
 * The rules that a package must hold to be let in, and what each asks for. A refusal names its rule.
 * Their attacks: `package/package.test.ts`, `trust/signatures.test.ts`.
 */
export const rules = {
  'package.unreadable': 'a package is a gzipped tar archive of plain files',
  'package.too-large': 'a package and what it unpacks to stay within the limits of a plugin',
  'package.path': 'paths are plain names below the plugin’s own folder, each once',
  'package.kind': 'a package holds files only: no links, devices or folders',
  'package.manifest': 'plugin.json says which plugin it is',
  'signature.missing': 'a package is signed',
  'signature.malformed': 'a signature is a Sigstore bundle 0.3 with an in-toto statement in a DSSE envelope',
  'signature.unknown-key': 'a package is signed with keys that the trust policy lists',
  'signature.namespace': 'a key signs plugins of its publisher’s names only',
  'signature.invalid': 'a signature holds for its statement',
  'signature.other-package': 'a statement speaks of the very package it is given with, and of all its files',
  'signature.threshold': 'as many keys sign as the trust policy asks for',
  'revoked.key': 'a key that was revoked signs nothing',
  'revoked.plugin': 'a plugin that was revoked is not let in',
  'revoked.expired': 'the list of what was revoked is in force',
  'name.shipped': 'names of the release’s plugins, and names like them, are its own',
  'plugin.sound':
    'a plugin holds all that "assay plugin check" asks of it, and asks for no more than its publisher is granted',
  'revoked.older': 'a list of what was revoked is never older than the last',
} as const;
export type Rule = keyof typeof rules;

/** The rule that a refusal names; also of one that came from another process, where its words are all there is. */
export function ruleOf(error: unknown): Rule | undefined {
  if (!AssayError.is(error, 'plugin.refused')) return undefined;
  const [, rule = ''] = /\bRule ([a-z]+\.[a-z-]+): /.exec(error.message) ?? [];
  return Object.hasOwn(rules, rule) ? (rule as Rule) : undefined;
}

/**
 * A refusal that says what was found, and which rule that breaks.
 * @param findings all that was found, where there is more than one thing
 */
export function refuse(
  rule: Rule,
  found: string,
  { cause, findings = [] }: { readonly cause?: unknown; readonly findings?: readonly string[] } = {},
): AssayError {
  return new AssayError('plugin.refused', `${found} Rule ${rule}: ${rules[rule]}.`, {
    issues: findings.map((detail) => ({ pointer: '', code: 'PLUGIN_UNSOUND', detail })),
    ...(cause === undefined ? {} : { cause }),
  });
}
