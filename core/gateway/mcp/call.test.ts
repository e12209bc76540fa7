import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { getJob, listJobs } from '../../domain/jobs/index.ts';
import { type Laboratory, startLaboratory } from '../../domain/quotas/testing/laboratory.ts';
import { callTool } from './call.ts';

describe('a caller that leaves while it is being told', () => {
  let at: Laboratory;
  before(async () => {
    at = await startLaboratory();
  });
  after(() => at?.stop());

  for (const leavingCancels of [true, false])
    test(`has ${leavingCancels ? '' : 'not '}cancelled`, async () => {
      const leaving = new AbortController();
      const { tool, ...given } = { ...at.request(), cache: 'refresh' as const };
      const calling = {
        deps: at.api,
        context: { ...at.context('analyst'), signal: leaving.signal },
        origin: 'http://localhost',
        stopping: new AbortController().signal,
        leavingCancels,
        patienceMs: undefined,
        canAsk: false,
        // As the transport does it: the stream is gone, and with it the call under way.
        async progress() {
          leaving.abort();
          throw new Error('not connected');
        },
      };
      await assert.rejects(callTool(calling, tool, given), {
        code: 'request.interrupted',
      });
      const { items } = await listJobs(at.api, at.context(), { limit: 1 });
      const job = await getJob(at.api, at.context(), { id: items[0]?.id ?? '' });
      assert.equal(job.state, leavingCancels ? 'cancelled' : 'queued');
    });

  test('a caller who is told nothing is given the job before it gives up, and nothing is cancelled', async () => {
    const { tool, ...given } = { ...at.request(), cache: 'refresh' as const };
    const calling = {
      ...{ deps: at.api, context: at.context('analyst'), origin: 'http://localhost', leavingCancels: true },
      stopping: new AbortController().signal,
      patienceMs: 50,
      canAsk: false,
      progress: async () => undefined,
    };
    const { structuredContent, content } = (await callTool(calling, tool, given)) as CallToolResult;
    const told = structuredContent as { job: string; state: string };
    assert.equal(told.state, 'queued');
    assert.match(JSON.stringify(content), /get_job waits for it/);
    const job = await getJob(at.api, at.context(), { id: told.job });
    assert.equal(job.state, 'queued');
  });
});
