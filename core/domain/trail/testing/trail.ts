import { randomUUID } from 'node:crypto';
import { type ExportVerdict, verifyExport } from '../../../base/transparency/index.ts';
import { type Installation, startInstallation } from '../../../testing/installation.ts';
import { logKeysOf, recordAudit, sequenceRecords } from '../../audit/index.ts';
import { exportTrail } from '../index.ts';

/** Heads are signed only where a test asks for one. */
export const options = { checkpointMs: 3_600_000 };

/** An installation whose trail has some records under a signed head. */
export interface Trail {
  readonly at: Installation;
  write(count: number): Promise<void>;
  lines(): AsyncGenerator<string>;
  verify(checkpoints?: readonly string[]): Promise<ExportVerdict>;
  head(): Promise<{ size: string; note: string }>;
  sizeOf(): Promise<number>;
}

export async function startTrail(): Promise<Trail> {
  const at = await startInstallation();
  async function write(count: number): Promise<void> {
    await at.api.database.withWorkspace(at.workspace, async (query) => {
      for (let i = 0; i < count; i += 1)
        await recordAudit(at.api, query, at.context(), {
          action: 'test.act',
          subject: { kind: 'test', id: randomUUID(), version: String(i) },
          outcome: 'succeeded',
          reason: 'böse "Zeichen" \u2028',
          detail: { number: i, text: 'ä', flag: true, nothing: null },
        });
    });
  }
  async function* lines(): AsyncGenerator<string> {
    for await (const block of exportTrail(at.api, at.context('auditor'))) yield* block.trimEnd().split('\n');
  }
  await write(60);
  await sequenceRecords(at.worker, options, true);
  return {
    at,
    write,
    lines,
    verify: (checkpoints = []) => verifyExport(lines(), { ...logKeysOf(at.api.keys), checkpoints }),
    async head() {
      const { rows } = await at.owner.query(
        'select size, note from assay.audit_checkpoint order by size desc limit 1',
      );
      return rows[0];
    },
    sizeOf: async () => Number((await at.owner.query('select count(*) from assay.audit_leaf')).rows[0].count),
  };
}
