import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { LoadedTool } from '@assay/core/plugins';
import type { Profile } from '@assay/sdk';
import { connect, type Database, prepareDatabase } from '../../core/base/database/index.ts';
import { rankTools, writePhrases } from '../../core/domain/tools/search/index.ts';
import { startTestPostgres, type TestPostgres } from '../postgres.ts';
import { type Question, readCatalogue, readProfiles, readQuestions } from './catalogue.ts';

/** The same tools as if a manifest had nothing but a name, a title and a question. */
const bare = (tool: LoadedTool): LoadedTool => ({
  ...tool,
  plugin: { ...tool.plugin, digest: `${tool.plugin.digest.slice(0, 60)}-bare` },
  manifest: { ...tool.manifest, whenToUse: [], examples: [], synonyms: [] },
});

interface Found {
  readonly question: Question;
  /** Of the right tool, from 1 on; 0 where it was not found. */
  readonly place: number;
  readonly first: string;
}

describe('the right tool for a question in plain words', () => {
  let postgres: TestPostgres;
  let database: Database;
  let tools: readonly LoadedTool[];
  let questions: readonly Question[];
  let profiles: ReadonlyMap<string, Profile>;
  before(async () => {
    postgres = await startTestPostgres();
    const { apiUrl } = await prepareDatabase({ ownerUrl: postgres.ownerUrl });
    database = connect({ url: apiUrl, poolSize: 1, applicationName: 'test', onError: () => undefined });
    tools = await readCatalogue();
    questions = await readQuestions();
    profiles = await readProfiles();
    const all = [...tools, ...tools.map(bare)];
    await database.withWorkspace(randomUUID(), (query) =>
      writePhrases(
        query,
        all,
        all.map(({ plugin }) => plugin.digest),
      ),
    );
  });
  after(async () => {
    await database?.close();
    await postgres?.stop();
  });

  const places = (among: readonly LoadedTool[], fit: boolean): Promise<Found[]> =>
    database.withWorkspace(randomUUID(), async (query) => {
      const found: Found[] = [];
      for (const question of questions) {
        const profile = fit ? profiles.get(question.data) : undefined;
        const hits = await rankTools(query, among, question.ask, profile);
        const right = [question.tool, ...(question.also ?? [])];
        const place = 1 + hits.findIndex(({ name }) => right.includes(name));
        found.push({ question, place, first: hits[0]?.name ?? '' });
      }
      return found;
    });
  const recall = (found: readonly Found[], within: number) =>
    found.filter(({ place }) => place > 0 && place <= within).length / found.length;

  const asPercent = (value: number) => `${(100 * value).toFixed(0)} %`;
  async function measured(t: TestContext, among: readonly LoadedTool[], fit: boolean, what: string) {
    const found = await places(among, fit);
    const [first, five] = [recall(found, 1), recall(found, 5)];
    t.diagnostic(`${what}: first ${asPercent(first)}, among five ${asPercent(five)} of ${found.length}`);
    return { first, five };
  }

  test('is found from names, titles and questions less often than from all that manifests say', async (t) => {
    const few = await measured(t, tools.map(bare), false, 'names and descriptions alone');
    const all = await measured(t, tools, false, 'all that manifests say');
    assert.ok(all.first > few.first && all.five > few.five);
    assert.ok(all.first >= 0.7 && all.five >= 0.9);
  });

  test('with the data set at hand it is found as often, and is one that the data fit', async (t) => {
    const fit = await measured(t, tools, true, 'with the data set');
    assert.ok(fit.first >= 0.7 && fit.five >= 0.9);
  });

  const ask = (question: string, data?: string) =>
    database.withWorkspace(randomUUID(), (query) =>
      rankTools(query, tools, question, data === undefined ? undefined : profiles.get(data)),
    );

  test('a slip of the pen is forgiven', async () => {
    for (const [typed, meant] of [
      ['kaplan mejer', 'survival/kaplan-meier'],
      ['logistc regresion', 'regression/glm'],
      ['corelation', 'statistics/correlation'],
      ['seasonl adjustmnt', 'time-series/decompose'],
    ] as const)
      assert.equal((await ask(typed))[0]?.name, meant, typed);
  });

  test('what has nothing to do with any tool finds none; nor does what is no question', async () => {
    for (const nothing of ['', '???', 'the of and', 'xyzzy qwrtp', "'; --", "'':*&|!()", '\\', '%_%', '☃'])
      assert.deepEqual(await ask(nothing), [], nothing);
  });

  test('a tool that the data set cannot be given to comes later, and says what is missing', async () => {
    const [first] = await ask('forecast');
    assert.match(first?.name ?? '', /^time-series/);
    const hits = await ask('forecast', 'trial');
    const late = hits.find(({ name }) => name === first?.name);
    assert.equal(late?.fit?.fits, false);
    assert.match(late?.fit?.missing[0] ?? '', /“Time” needs a column of times; no column can be that/);
    assert.ok(hits.indexOf(late as (typeof hits)[number]) > 0 || hits.every(({ fit }) => !fit?.fits));
  });

  test('columns that the question names are proposed; where several fit, the choice is left', async () => {
    const hits = await ask('Does the yield differ between the lines? ANOVA', 'batch');
    const anova = hits.find(({ name }) => name === 'statistics/anova');
    assert.deepEqual(anova?.fit?.params, { response: 'yield', factors: ['line'] });
    assert.deepEqual(anova?.fit?.open, []);
    const [series] = await ask('seasonal adjustment', 'sales');
    assert.deepEqual(series?.fit?.params, { time: 'month' });
    assert.deepEqual(series?.fit?.open, [
      { parameter: 'value', title: 'Values', choices: ['units', 'price', 'complaints'], list: false },
    ]);
  });
});
