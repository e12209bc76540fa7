import type { Query } from '../../../base/database/index.ts';
import type { Tables } from '../../../base/database/tables.ts';
import type { LoadedTool } from '../../plugins/index.ts';

type Phrase = Tables['assay.tool_phrase'];

/** What a tool says of itself, as its manifest has it; when not to use it would only lead to it. */
function phrasesOf({ name, plugin, manifest }: LoadedTool): Phrase[] {
  const { title, question, whenToUse, examples, synonyms = [] } = manifest;
  const said: readonly (readonly [Phrase['kind'], readonly string[]])[] = [
    ['name', [name.replace(/[/-]/g, ' ')]],
    ['title', [title]],
    ['question', [question]],
    ['use', whenToUse],
    ['example', examples],
    ['synonym', synonyms],
  ];
  return said.flatMap(([kind, phrases]) =>
    [...new Set(phrases)].map((phrase) => ({ plugin_digest: plugin.digest, tool: name, kind, phrase })),
  );
}

/**
 * Writes down the phrases of tools that nobody wrote down yet, and takes away those of plugins that are gone. A digest fixes its
 * phrases, so there is nothing to change and processes may do it side by side.
 * @param known digests of every plugin that there is, also of those that this search is not about
 */
export async function writePhrases(
  query: Query,
  tools: readonly LoadedTool[],
  known: readonly string[],
): Promise<void> {
  const digests = [...new Set(tools.map(({ plugin }) => plugin.digest))];
  const there = await query
    .selectFrom('assay.tool_phrase')
    .select(['plugin_digest', 'tool'])
    .where('plugin_digest', 'in', digests)
    .where('kind', '=', 'title')
    .execute();
  const written = new Set(there.map(({ plugin_digest, tool }) => `${plugin_digest} ${tool}`));
  const missing = tools.filter(({ name, plugin }) => !written.has(`${plugin.digest} ${name}`));
  if (missing.length === 0) return;
  await query.deleteFrom('assay.tool_phrase').where('plugin_digest', 'not in', known).execute();
  // The protocol takes 65,535 values a statement.
  const phrases = missing.flatMap(phrasesOf);
  for (let i = 0; i < phrases.length; i += 5000)
    await query
      .insertInto('assay.tool_phrase')
      .values(phrases.slice(i, i + 5000))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
