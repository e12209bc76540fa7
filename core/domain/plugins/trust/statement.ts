import type { KeyObject } from 'node:crypto';
import { canonicalJson, digestFiles, type FileDigests } from '@assay/sdk';
import { type Static, Type } from 'typebox';
import { compileOnce } from '../../../base/validation/compile-once.ts';
import { type Packed, packageName } from '../package/pack.ts';
import { refuse } from '../refuse.ts';
import { type Opened, type SignedDocument, signDocument } from './envelope.ts';

const closed = { additionalProperties: false } as const;
const hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const statementType = 'application/vnd.in-toto+json';

/** What a publisher signs: an in-toto statement (https://in-toto.io/Statement/v1) about the package and each of its files. */
export const Statement = Type.Object(
  {
    _type: Type.Literal('https://in-toto.io/Statement/v1'),
    subject: Type.Array(
      Type.Object(
        { name: Type.String({ maxLength: 800 }), digest: Type.Object({ sha256: hex }, closed) },
        closed,
      ),
      { minItems: 2, maxItems: 2001 },
    ),
    predicateType: Type.Literal('urn:assay:predicate:plugin:2026-11-01'),
    predicate: Type.Object(
      {
        name: Type.String({ maxLength: 40 }),
        version: Type.String({ maxLength: 40 }),
        digest: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
      },
      closed,
    ),
  },
  { ...closed, $id: 'urn:assay:schema:plugin-statement:2026-11-01' },
);
export type Statement = Static<typeof Statement>;
const checkStatement = compileOnce(Statement);

/** What a statement may speak of: a package as it lies there, or the folder that it was unpacked into. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly files: FileDigests;
  /** Of the package; none where only its files are here. */
  readonly sha256?: string;
}

/** Signs a package with a publisher's key. */
export function signPackage(packed: Packed, key: KeyObject): SignedDocument {
  const { name, version, digest, sha256, files } = packed;
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: packageName(packed), digest: { sha256 } },
      ...Object.entries(files)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([file, sum]) => ({ name: file, digest: { sha256: sum } })),
    ],
    predicateType: 'urn:assay:predicate:plugin:2026-11-01',
    predicate: { name, version, digest },
  };
  return signDocument(Buffer.from(canonicalJson(statement)), statementType, key);
}

/**
 * Holds a statement against what it was given with: every part of it must be the same thing's, and nothing may be left over
 * on either side. Whether its signature holds is another question (`verifyDocument`).
 * @throws AssayError plugin.refused
 */
export function requireSameSubject({ payload }: Opened, subject: Subject): void {
  let statement: Statement;
  try {
    statement = JSON.parse(payload.toString('utf8')) as Statement;
  } catch (cause) {
    throw refuse('signature.malformed', 'The statement is not JSON.', { cause });
  }
  const issues = checkStatement(statement);
  if (issues[0]) throw refuse('signature.malformed', `The statement is none: ${issues[0].detail}`);
  const { name, version, digest } = statement.predicate;
  const differs = (what: string) =>
    refuse(
      'signature.other-package',
      `The statement is about another ${what} than ${subject.name} ${subject.version}.`,
    );
  if (name !== subject.name) throw differs('plugin');
  if (version !== subject.version) throw differs('version');
  const file = packageName({ name, version });
  const [own, ...rest] = statement.subject;
  if (own?.name !== file) throw differs('package');
  if (subject.sha256 !== undefined && own.digest.sha256 !== subject.sha256) throw differs('package');
  if (new Set(rest.map((each) => each.name)).size !== rest.length) throw differs('list of files');
  const files = Object.fromEntries(rest.map((each) => [each.name, each.digest.sha256]));
  for (const each of new Set([...Object.keys(files), ...Object.keys(subject.files)]))
    if (files[each] !== subject.files[each])
      throw refuse('signature.other-package', `The file ${each} is not the one that was signed.`);
  if (digest !== subject.digest || digestFiles(files) !== digest) throw differs('digest');
}
