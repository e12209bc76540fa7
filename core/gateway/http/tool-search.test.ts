import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openWorkerHand, shippedPlugins } from './testing/worker-hand.ts';

describe('GET /v1/tools?q=', () => {
  let gateway: Gateway;
  let dataset: string;
  before(async () => {
    gateway = await startGateway({ plugins: await shippedPlugins() });
    const { id } = await gateway.api.upload('x.csv', 'x,y\n1,2\n3,4\n');
    dataset = id ?? '';
    const hand = await openWorkerHand(gateway);
    await hand.makeReady(dataset);
    await hand.close();
  });
  after(() => gateway?.stop());

  const ask = (query: Readonly<Record<string, string>>) =>
    gateway.api.call('GET', `/v1/tools?${new URLSearchParams(query)}`);

  test('the likeliest comes first, with what it says of itself that is nearest', async () => {
    const { status, body } = await ask({ q: 'Do two groups have different means?' });
    assert.equal(status, 200);
    assert.equal(body.items[0].name, 'statistics/t-test');
    assert.ok(body.items[0].because.length > 0);
    assert.equal(body.items[0].fit, undefined);
    assert.ok(body.items.length <= 10);
    assert.equal((await ask({ q: 'means', limit: '1' })).body.items.length, 1);
  });

  test('with a data set each says whether it fits, and with which columns', async () => {
    const { body } = await ask({ q: 'regression of y on x', dataset });
    const linear = body.items.find((each: { name: string }) => each.name === 'regression/linear');
    assert.equal(linear.fit.fits, true);
    const survival = (await ask({ q: 'compare survival of arms', dataset })).body.items[0];
    assert.equal(survival.name, 'survival/kaplan-meier');
    const { items } = (await ask({ q: 'crosstab, chi-squared', dataset })).body;
    const shares = items.find((each: { name: string }) => each.name === 'statistics/contingency');
    assert.equal(shares.fit.fits, false);
    assert.ok(items[0].fit.fits, 'what the data fit comes first');
    assert.match(shares.fit.missing[0], /needs a column of categories; no column can be that/);
  });

  test('a data set of nobody’s, or a question that is none, is told', async () => {
    const foreign = await ask({ q: 'x', dataset: '00000000-0000-4000-8000-000000000000' });
    assert.deepEqual([foreign.status, foreign.body.code], [404, 'dataset.not_found']);
    for (const wrong of [
      { q: '' },
      { q: 'x'.repeat(501) },
      { q: 'x', limit: '0' },
      { q: 'x', dataset: 'mine' },
    ])
      assert.equal((await ask(wrong)).status, 400, JSON.stringify(wrong).slice(0, 60));
  });

  test('whatever is written in it, it is a question and nothing else', async () => {
    for (const q of [
      '\0',
      '\ud800',
      "'; drop table assay.tool_phrase; --",
      '%',
      '\\',
      "a'b:*&!|()",
      '🂡'.repeat(200),
    ])
      assert.equal((await ask({ q })).status, 200, JSON.stringify(q).slice(0, 60));
    assert.equal((await ask({ q: 'means' })).body.items.length > 0, true);
  });
});
