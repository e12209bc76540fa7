import type { Profile } from '@assay/sdk';
import type { Query } from '../../../base/database/index.ts';
import { type Context, requirePermission } from '../../access/index.ts';
import { cipherOf, openProfile, requireDataset } from '../../datasets/index.ts';
import type { Deps } from '../../deps.ts';
import { type LoadedTool, readChoices } from '../../plugins/index.ts';
import { listed, summarise } from '../list.ts';
import type { ToolSummary } from '../views.ts';
import { type Fit, fitTool } from './fit.ts';
import { fuseRanks } from './fuse.ts';
import { writePhrases } from './phrases.ts';
import { compareWords } from './rank.ts';

export interface ToolHit extends ToolSummary {
  /** What the tool says of itself that is nearest to the question. */
  readonly because?: string;
  /** How it goes together with the data set, where one was named. */
  readonly fit?: Fit;
}

export interface ToolSearch {
  /** In plain words. */
  readonly question: string;
  /** Id of the data set at hand. */
  readonly dataset?: string;
  readonly limit: number;
}

/** A tool that the data at hand cannot be given to comes after those that say as much of the question. */
const misfit = 0.5;

/** The tools that answer a question in plain words, of those given: the likeliest first. */
export async function rankTools(
  query: Query,
  tools: readonly LoadedTool[],
  question: string,
  profile?: Profile,
): Promise<ToolHit[]> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const found = fuseRanks(await compareWords(query, question, tools)).flatMap(
    ({ tool: name, score, phrase }) => {
      const tool = byName.get(name);
      if (!tool) return [];
      const fit = profile ? fitTool(tool.manifest, profile, question) : undefined;
      const hit: ToolHit = {
        ...summarise(tool),
        ...(phrase === null ? {} : { because: phrase }),
        ...(fit ? { fit } : {}),
      };
      return { hit, score: fit && !fit.fits ? score * misfit : score };
    },
  );
  return found.sort((a, b) => b.score - a.score).map(({ hit }) => hit);
}

/**
 * Finds tools by a question in plain words, without a network: by what they say of themselves, and by whether the data set at hand
 * can be given to them.
 * @throws AssayError `dataset.not_found`
 */
export async function searchTools(
  deps: Deps,
  context: Context,
  { question, dataset, limit }: ToolSearch,
): Promise<ToolHit[]> {
  requirePermission(context, 'tools:read');
  if (dataset !== undefined) requirePermission(context, 'datasets:read');
  return deps.database.withWorkspace(context.workspace, async (query) => {
    const tools = listed(deps, await readChoices(query));
    if (tools.length === 0) return [];
    let profile: Profile | undefined;
    if (dataset !== undefined) {
      const row = await requireDataset(query, dataset);
      profile = openProfile(row, await cipherOf(deps, query, row));
    }
    const known = deps.plugins.plugins.map(({ digest }) => digest);
    await writePhrases(query, tools, known);
    // Postgres takes no NUL, and nobody asks by what cannot be seen.
    const plain = question.toWellFormed().replace(/\p{Cc}/gu, ' ');
    return (await rankTools(query, tools, plain, profile)).slice(0, limit);
  });
}
