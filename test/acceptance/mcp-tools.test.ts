import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { callApi } from '../api.ts';
import type { Appliance } from '../appliance.ts';
import { startWithContainers } from '../containers.ts';
import { connectV1, connectV2, pinAll } from '../mcp-clients.ts';
import { need } from '../needs.ts';

const plugins = new URL('../../plugins/', import.meta.url);

/** The first golden case of a tool that gives a result. */
async function caseOf(tool: string): Promise<{ params: object; seed?: number; csv: Buffer }> {
  const cases = new URL(`${tool}/cases/`, plugins);
  const name = (await readdir(cases)).sort().find((each) => !each.startsWith('edge-')) ?? '';
  const { params, seed } = JSON.parse(await readFile(new URL(`${name}/case.json`, cases), 'utf8'));
  return {
    params,
    ...(seed === undefined ? {} : { seed }),
    csv: await readFile(new URL(`${name}/data.csv`, cases)),
  };
}

describe('MCP: every installed tool', need('docker'), () => {
  let appliance: Appliance;
  before(async () => {
    appliance = await startWithContainers();
  });
  after(() => appliance?.stop());

  test('is called by both clients with a golden case of its own, and answers what its schema says', async () => {
    const url = new URL('/mcp', appliance.url);
    const api = callApi(appliance.url, appliance.token);
    await pinAll(api);
    const clients = [await connectV1(url, appliance.token), await connectV2(url, appliance.token)];
    const { body: installed } = await api.call('GET', '/v1/tools');
    for (const { name } of installed.items) {
      const { csv: bytes, params, seed } = await caseOf(name);
      const { id } = await api.dataset('case.csv', bytes);
      const given = { inputs: { data: id }, params, ...(seed === undefined ? {} : { seed }) };
      const digests = new Set<string>();
      // The second is answered from the report of the first; both clients hold it against the output schema.
      for (const client of clients) {
        const answer = await client.callTool(
          { name: name.replace('/', '.'), arguments: given },
          { timeout: 120_000 },
        );
        assert.ok(!answer.isError, `${name}: ${JSON.stringify(answer.content)}`);
        digests.add(answer.structuredContent.resultDigest);
      }
      assert.equal(digests.size, 1, name);
    }
    for (const client of clients) await client.close();
  });
});
