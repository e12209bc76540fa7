import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { submitJob } from '../jobs/index.ts';
import { listQuotas, setQuota } from './index.ts';
import { type Laboratory, startLaboratory } from './testing/laboratory.ts';

const requests = 1000;
const quota = 100;
const atOnce = 200;

describe('quota bypass by parallel requests', () => {
  let at: Laboratory;
  before(async () => {
    at = await startLaboratory(40);
  });
  after(() => at?.stop());

  test('1,000 parallel admissions on a quota of 100: exactly 100 pass, and the ledger is conserved', async (t) => {
    await setQuota(at.api, at.context(), { workspace: at.workspace, resource: 'jobs', limit: quota });
    // Whatever stands in the way of the data set is not what is tested: its job is no more.
    const before = await at.standing();
    let left = requests;
    const answers: (AssayError | string)[] = [];
    const started = performance.now();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left > 0) {
          left -= 1;
          const answer = await submitJob(at.api, at.context('analyst'), at.request()).then(
            ({ job }) => job.id,
            (error: unknown) => {
              if (AssayError.is(error)) return error;
              throw error;
            },
          );
          answers.push(answer);
        }
      }),
    );
    t.diagnostic(`${Math.round(performance.now() - started)} ms`);
    const passed = answers.filter((answer) => typeof answer === 'string');
    const refused = answers.filter((answer) => typeof answer !== 'string');
    assert.equal(passed.length, quota);
    assert.equal(refused.length, requests - quota);
    assert.equal(before.jobs_reserved, 0);
    for (const { code, retryAfter, message } of refused) {
      assert.deepEqual([code, retryAfter], ['quota.exceeded', 10]);
      assert.match(message, /^The quota jobs of this workspace is 100: 0 used and 100 reserved, 1 asked\./);
    }
    const { rows } = await at.owner.query(
      `select (select count(*) from assay.job) as jobs, (select count(*) from assay.reservation) as held,
              (select count(*) from queue.job where name = 'job' and state = 'created') as messages,
              (select count(*) from assay.audit_record where action = 'job.submit') as records`,
    );
    assert.deepEqual(rows[0], { jobs: '100', held: '100', messages: '100', records: '100' });
    assert.deepEqual(await at.audit(), []);
    const { items } = await listQuotas(at.api, at.context('viewer'));
    assert.deepEqual(items[0], { resource: 'jobs', limit: 100, own: true, used: 0, reserved: 100 });
  });
});
