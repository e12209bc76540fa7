import { signNote } from '../../base/transparency/index.ts';
import { logSigner } from '../audit/index.ts';
import type { Deps } from '../deps.ts';

/** What a certificate of erasure says. */
export interface Certified {
  readonly id: string;
  readonly workspace: string;
  readonly kind: string;
  readonly subject: string;
  readonly objects: number;
  readonly destroyedAt: Date;
  readonly irrecoverableFrom: Date;
  readonly backupDays: number;
  /** Data sets that were made of it and are there still. */
  readonly descendants: readonly string[];
}

/** The certificate as a signed note: lines of text for people, and a signature that whoever has the log's key verifies. */
export async function certify({ keys }: Pick<Deps, 'keys'>, certified: Certified): Promise<string> {
  const source = keys.describe();
  const { backupDays, destroyedAt, irrecoverableFrom } = certified;
  const text = [
    'assay erasure certificate 1',
    `erasure: ${certified.id}`,
    `workspace: ${certified.workspace}`,
    `subject: ${certified.kind} ${certified.subject}`,
    `stored objects: ${certified.objects}`,
    `keys: ${source?.keyUri}, protected by ${source?.protection}`,
    `key destroyed: ${destroyedAt.toISOString()}`,
    `irrecoverable from: ${irrecoverableFrom.toISOString()} (backups of the keyring are kept for ${backupDays} days)`,
    'The key of the subject was destroyed in the key source. What it protected cannot be decrypted any more,',
    'neither from the database and the object store as they are nor from any backup of them.',
    ...certified.descendants.map((id) => `made of it and not erased: dataset ${id}`),
    '',
  ].join('\n');
  return signNote(text, [logSigner(keys)]);
}
