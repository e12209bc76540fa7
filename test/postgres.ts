import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../appliance/server/embedded-postgres.ts';

export interface TestPostgres {
  readonly ownerUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A Postgres of a test's own, in a folder that is removed with it. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-pg-'));
  const { ownerUrl, pid, stop } = await startEmbeddedPostgres(folder);
  return {
    ownerUrl,
    pid,
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
