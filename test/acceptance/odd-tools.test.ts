import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Api, callApi, type Json } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { need } from '../needs.ts';

const root = path.resolve(import.meta.dirname, '../..');
const plugin = path.join(root, 'test/fixtures/acme-odd');

/** A series with a horizon, a model that goes in and a prediction that comes out, two data sets that are joined. */
describe('tools of other shapes than a table with its columns', () => {
  const cases = (...given: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const main = path.join(root, 'appliance/cli/main.ts');
      const args = ['--disable-warning=ExperimentalWarning', main, 'plugin', 'test', plugin, ...given];
      execFile(process.execPath, args, (error, output, said) =>
        error ? reject(new Error(`${output}${said}`)) : resolve(output),
      );
    });

  test('their cases pass in WebAssembly', need('bwrap'), async () => {
    assert.match(await cases('--runtime', 'wasm'), /^7 passed, 0 failed, 0 not run\.$/m);
  });

  test('and in containers', { ...need('docker'), timeout: 120_000 }, async () => {
    const { socketPath, imagesFile } = await testEngine();
    const where = ['--data', path.dirname(imagesFile), '--socket', socketPath, '--runtime', 'container'];
    assert.match(await cases(...where), /^7 passed, 0 failed, 0 not run\.$/m);
  });

  describe('as jobs', need('bwrap'), () => {
    let appliance: Appliance;
    let api: Api;
    before(async () => {
      appliance = await startAppliance({ env: { ASSAY_PLUGINS_DEVELOPMENT: JSON.stringify([plugin]) } });
      api = callApi(appliance.url, appliance.token);
    });
    after(() => appliance?.stop());

    const submit = (tool: string, inputs: Readonly<Record<string, Json>>, params: object) =>
      api.call('POST', '/v1/jobs', {
        json: {
          tool: `acme-odd/${tool}`,
          inputs: Object.fromEntries(Object.entries(inputs).map(([slot, { id }]) => [slot, id])),
          params,
        },
      });
    async function report(...asked: Parameters<typeof submit>): Promise<Json> {
      const { status, body } = await submit(...asked);
      assert.equal(status, 202, JSON.stringify(body));
      const job = await api.finished(body.id);
      assert.equal(job.state, 'succeeded', JSON.stringify(job));
      return (await api.call('GET', `/v1/reports/${job.report}`)).body;
    }

    test('a series with a horizon, which has a default', async () => {
      const data = await api.dataset('series.csv', 'y\n2\n4\n5\n7\n10\n');
      const { values } = await report('forecast', { data }, { value: 'y' });
      assert.deepEqual(
        values.forecast.map((each: Json) => each.mean),
        [12, 14, 16, 18, 20, 22],
      );
      const { status, body } = await submit('forecast', { data }, { value: 'y', horizon: 49 });
      assert.deepEqual([status, body.issues[0].pointer], [422, '/params/horizon']);
    });

    test('a parameter that another one makes necessary, or rules out', async () => {
      const data = await api.dataset('seasons.csv', 'y\n2\n4\n5\n7\n10\n');
      const said = async (params: object) => {
        const { status, body } = await submit('forecast', { data }, { value: 'y', ...params });
        assert.equal(status, 422, JSON.stringify(body));
        return body.issues.map((each: Json) => each.detail);
      };
      assert.deepEqual(await said({ method: 'seasonal' }), [
        '/params: "season" is missing, where "method" is "seasonal".',
      ]);
      assert.deepEqual(await said({ season: 4 }), [
        '/params/season: is not allowed, unless "method" is "seasonal".',
      ]);
      const { values } = await report(
        'forecast',
        { data },
        { value: 'y', method: 'seasonal', season: 2, horizon: 1 },
      );
      assert.equal(values.forecast[0].mean, 7);
    });

    test('a model in, predictions out; both are in the report', async () => {
      const model = await api.dataset('model.csv', 'term,estimate\n(Intercept),1\nx,2\n');
      const data = await api.dataset('new.csv', 'x\n1\n2\n3\n');
      const params = { term: 'term', estimate: 'estimate' };
      const { values, data: named } = await report('predict', { model, data }, params);
      assert.deepEqual(values.predicted, [3, 5, 7]);
      assert.deepEqual(named.map((each: Json) => each.slot).sort(), ['data', 'model']);
      const { status, body } = await submit('predict', { data }, params);
      assert.deepEqual([status, body.issues[0].pointer], [422, '/inputs/model']);
      const swapped = await submit('predict', { model: data, data: model }, params);
      assert.equal(swapped.status, 422, 'a column is looked for in the input that the parameter names');
    });

    test('two data sets joined, whichever is named first', async () => {
      const left = await api.dataset('left.csv', 'id,dose\na,1\nb,2\nc,3\n');
      const right = await api.dataset('right.csv', 'id,age\nb,40\nz,50\n');
      const params = { 'left-key': 'id', 'right-key': 'id' };
      const one = await report('join', { left, right }, params);
      const other = await report('join', { right, left }, params);
      assert.deepEqual(one.values, { matched: 1, left_only: 2, right_only: 1 });
      assert.deepEqual(other.values, one.values);
      assert.deepEqual(one.tables[0].table.rows, [['b', 2, 'b', 40]]);
    });
  });
});
