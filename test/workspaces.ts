import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '../core/base/database/index.ts';
import { openKeyring } from '../core/base/encryption/index.ts';
import { issueToken } from '../core/domain/identity/index.ts';
import { foundWorkspace } from '../core/domain/workspaces/index.ts';
import type { Appliance } from './appliance.ts';

/** URL of the owner of a test appliance's embedded database. */
export async function ownerUrl(appliance: Pick<Appliance, 'data'>): Promise<string> {
  const password = (await readFile(path.join(appliance.data, 'postgres-owner'), 'utf8')).trim();
  return `postgresql://assay_owner:${password}@${encodeURIComponent(path.join(appliance.data, 'run'))}/postgres`;
}

/** Makes a further workspace with a principal of its own, as an operator would. @returns the principal's API token */
export async function addWorkspace(appliance: Pick<Appliance, 'data'>, role: string): Promise<string> {
  const keys = await openKeyring({ file: path.join(appliance.data, 'keyring.json') });
  const database = connect({
    url: await ownerUrl(appliance),
    poolSize: 1,
    applicationName: 'test',
    onError: (error) => {
      throw error;
    },
  });
  const [workspace, principal] = [randomUUID(), randomUUID()];
  try {
    return await database.withoutWorkspace(async (query) => {
      await foundWorkspace(query, keys, { id: workspace, name: `other ${workspace.slice(0, 8)}` });
      await query.insertInto('assay.principal').values({ id: principal, kind: 'user', name: role }).execute();
      await query
        .insertInto('assay.membership')
        .values({ workspace_id: workspace, principal_id: principal, role })
        .execute();
      const expires = new Date(Date.now() + 3_600_000);
      return issueToken(query, keys, { workspace, principal, kind: 'api', name: 'test', expires });
    });
  } finally {
    await database.close();
  }
}
