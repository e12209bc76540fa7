import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '@assay/core';
import { AssayError } from '@assay/sdk';
import type { DataDirectory } from './data-directory.ts';
import type { PartSettings } from './messages.ts';

async function certificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AssayError(
      'config.invalid',
      `audit.syslogCaFile: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { cause: error },
    );
  }
}

/** Where signed heads of the audit trail go, as the configuration says. */
export async function trailSettings(
  { audit }: Config,
  data: DataDirectory,
): Promise<PartSettings['worker']['audit']> {
  const { checkpointSeconds, checkpointFile, syslog, syslogCaFile } = audit;
  const [host = '', port = ''] = syslog?.split(':') ?? [];
  if ((syslog === undefined) !== (syslogCaFile === undefined))
    throw new AssayError('config.invalid', 'A syslog server needs both audit.syslog and audit.syslogCaFile.');
  const ca = syslogCaFile === undefined ? '' : await certificates(syslogCaFile);
  return {
    checkpointSeconds,
    checkpointFile: path.resolve(checkpointFile ?? path.join(data.path, 'audit-checkpoints')),
    ...(syslog ? { syslog: { host, port: Number(port), ca } } : {}),
  };
}
