import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, callApi } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';

const csv = Buffer.from(
  `id,age,weight,height,site,seen\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 80 === 7 ? '' : 10 + i},${50 + i},${1.5 + i / 200},${i % 2 ? 'Berlin' : 'Genève'},2026-01-${String(1 + (i % 28)).padStart(2, '0')}`).join('\n')}\n`,
);

describe('data sets made of others, end to end', () => {
  let appliance: Appliance;
  let api: Api;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
  });
  after(() => appliance?.stop());

  async function ready(id: string) {
    for (let i = 0; i < 300; i += 1) {
      const { body } = await api.call('GET', `/v1/datasets/${id}`);
      if (body.state !== 'received') return body;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the data set was never read');
  }

  test('filtered, computed on, analysed: each step is a data set that names what it was made of', async () => {
    const data = await api.dataset('patients.csv', csv);
    const filter = await api.run('prepare/filter', data.id, { where: "age >= 18 and site = 'Berlin'" });
    assert.equal(filter.state, 'succeeded', JSON.stringify(filter.error));
    const [adults] = filter.made;
    const adultsRead = await ready(adults);
    assert.equal(adultsRead.state, 'ready', JSON.stringify(adultsRead.reasons));
    assert.equal(adultsRead.madeBy, filter.id);
    assert.equal(adultsRead.name, 'patients.csv, filtered');
    const columns = [{ name: 'bmi', expression: 'weight / height ^ 2' }];
    const derive = await api.run('prepare/derive', adults, { columns, name: 'Adults with BMI' });
    const [derived] = derive.made;
    const derivedRead = await ready(derived);
    assert.equal(derivedRead.name, 'Adults with BMI');
    assert.equal(derivedRead.profile.rows, adultsRead.profile.rows);
    const types = (read: { profile: { columns: { name: string; type: string }[] } }) =>
      read.profile.columns.map(({ name, type }) => [name, type]);
    assert.deepEqual(types(adultsRead), types(await ready(data.id)), 'types are kept');
    assert.deepEqual(types(derivedRead).at(-1), ['bmi', 'number']);
    const used = await api.run('explore/describe', derived, {});
    assert.equal(used.state, 'succeeded', JSON.stringify(used.error));

    const { body: report } = await api.call('GET', `/v1/reports/${derive.report}`);
    assert.deepEqual(
      report.made.map(({ id, digest }: { id: string; digest: string }) => [id, digest]),
      [[derived, derivedRead.digest]],
    );
    const { body: lineage } = await api.call('GET', `/v1/datasets/${adults}/lineage`);
    const ids = (steps: { id: string }[]) => steps.map(({ id }) => id);
    assert.deepEqual([ids(lineage.ancestors), ids(lineage.descendants)], [[data.id], [derived]]);
    assert.deepEqual(lineage.madeBy, { job: filter.id, tool: 'prepare/filter@1.0.0', from: [data.id] });
    const whole = (await api.call('GET', `/v1/datasets/${data.id}/lineage`)).body;
    assert.deepEqual([ids(whole.ancestors), ids(whole.descendants)], [[], [adults, derived]]);
    const { body: records } = await api.call('GET', '/v1/audit/records?limit=100');
    const told = records.items.find(
      (record: { action: string; subject: { id: string } }) =>
        record.action === 'dataset.derive' && record.subject.id === derived,
    );
    assert.equal(told?.detail.from, adults);
  });

  test('the same again is the same data set, until that is erased; the erasure names what was made of it', async () => {
    const data = await api.dataset('patients.csv', csv);
    const run = async () => {
      const json = { tool: 'prepare/filter', inputs: { data: data.id }, params: { where: 'age > 30' } };
      const { body } = await api.call('POST', '/v1/jobs', { json });
      return api.finished(body.id);
    };
    const erase = (id: string) =>
      api.call('POST', '/v1/erasures', { json: { subject: { kind: 'dataset', id }, reason: 'test' } });
    const first = await run();
    await ready(first.made[0]);
    const again = await run();
    assert.equal(again.recalledFrom, first.id);
    assert.deepEqual(again.made, first.made);

    assert.equal((await erase(first.made[0])).status, 201);
    assert.equal((await ready(first.made[0])).state, 'erased');
    const anew = await run();
    assert.equal(anew.recalledFrom, undefined);
    assert.notDeepEqual(anew.made, first.made);
    await ready(anew.made[0]);
    const parent = await erase(data.id);
    assert.equal(parent.status, 201, JSON.stringify(parent.body));
    assert.deepEqual(parent.body.certificate.match(/^made of it and not erased: .*$/gm), [
      `made of it and not erased: dataset ${anew.made[0]}`,
    ]);
    assert.equal((await ready(anew.made[0])).state, 'ready', 'it has a key of its own');
  });

  test('what cannot be read says where; nothing is made of it', async () => {
    const data = await api.dataset('patients.csv', csv);
    const job = await api.run('prepare/filter', data.id, { where: 'agee > 30' });
    assert.equal(job.state, 'failed');
    assert.equal(job.made, undefined);
    assert.deepEqual(job.error.tool.where, { param: 'where', character: 1 });
    assert.match(job.error.detail, /there is no column "agee"/);
    assert.match(job.error.tool.hint, /did you mean "age"/);
  });
});
