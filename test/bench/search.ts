import { randomUUID } from 'node:crypto';
import type { LoadedTool } from '@assay/core/plugins';
import { connect, prepareDatabase } from '../../core/base/database/index.ts';
import { rankTools, writePhrases } from '../../core/domain/tools/search/index.ts';
import { startTestPostgres } from '../postgres.ts';
import { readCatalogue, readProfiles, readQuestions } from '../search/catalogue.ts';
import { type Comparison, compare } from './measure.ts';

/** The same tools under other names, until there are so many. */
function many(tools: readonly LoadedTool[], count: number): LoadedTool[] {
  return Array.from({ length: count }, (_, i) => {
    const tool = tools[i % tools.length] as LoadedTool;
    const copy = Math.floor(i / tools.length);
    const digest = `${tool.plugin.digest.slice(0, 60)}-${copy}`;
    return { ...tool, name: `${tool.name}-${copy}`, plugin: { ...tool.plugin, digest } };
  });
}

/** A question to its answer, among 400 tools, beside a transaction with nothing but a round trip. */
export async function searchRows(): Promise<Comparison[]> {
  const postgres = await startTestPostgres();
  const { apiUrl } = await prepareDatabase({ ownerUrl: postgres.ownerUrl });
  const database = connect({ url: apiUrl, poolSize: 1, applicationName: 'bench', onError: () => undefined });
  try {
    const few = await readCatalogue();
    const [questions, profiles] = [await readQuestions(), await readProfiles()];
    const workspace = randomUUID();
    const all = [...few, ...many(few, 400)];
    const known = all.map(({ plugin }) => plugin.digest);
    await database.withWorkspace(workspace, (query) => writePhrases(query, all, known));
    let turn = 0;
    const ask = (tools: readonly LoadedTool[]) => () => {
      const question = questions[turn++ % questions.length];
      const profile = profiles.get(question?.data ?? '');
      return database.withWorkspace(workspace, (query) =>
        rankTools(query, tools, question?.ask ?? '', profile),
      );
    };
    const floor = () =>
      database.withWorkspace(workspace, (query) => query.selectNoFrom((eb) => eb.val(1).as('one')).execute());
    const options = { runs: 79, warm: 20 };
    const name = (count: number) =>
      `a question among ${count} tools, with a data set (floor: an empty transaction)`;
    return [
      await compare(name(few.length), ask(few), floor, options),
      await compare(name(400), ask(all.slice(few.length)), floor, options),
    ];
  } finally {
    await database.close();
    await postgres.stop();
  }
}
