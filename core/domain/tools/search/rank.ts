import { sql } from 'kysely';
import type { Query } from '../../../base/database/index.ts';
import type { LoadedTool } from '../../plugins/index.ts';

/** What a question and a tool have in common. Each number grows with it; 0 where there is nothing. */
export interface Likeness {
  readonly tool: string;
  /** Rare words of the question that stand anywhere in what the tool says of itself. */
  readonly words: number;
  /** The same within one phrase, for its length. */
  readonly sentence: number;
  /** Title or another name that stands in the question, letter by letter: from 0 to 1. */
  readonly letters: number;
  /** The phrase that is nearest. */
  readonly phrase: string | null;
}

/**
 * Holds a question in plain words against what tools say of themselves: by stems of English words (Postgres full text), each weighed
 * by how few of the tools have it (inverse document frequency as in BM25: Robertson & Zaragoza, 2009, The Probabilistic Relevance
 * Framework, doi 10.1561/1500000019), and by trigrams, which forgive a slip of the pen.
 * @param tools that may be found, their phrases written
 */
export async function compareWords(
  query: Query,
  question: string,
  tools: readonly LoadedTool[],
): Promise<Likeness[]> {
  const digests = tools.map(({ plugin }) => plugin.digest);
  const names = tools.map(({ name }) => name);
  const { rows } = await sql<Likeness>`
    with asked as (select lexeme from unnest(to_tsvector('english', ${question}))),
    phrase as (
      select p.tool, p.kind, p.phrase, p.words, length(p.words) as size
        from assay.tool_phrase p
        join unnest(${digests}::text[], ${names}::text[]) as seen (plugin_digest, tool)
          using (plugin_digest, tool)),
    hit as (
      select phrase.tool, phrase.kind, phrase.phrase, phrase.size, asked.lexeme
        from phrase cross join unnest(phrase.words) as word (lexeme, positions, weights)
        join asked on asked.lexeme = word.lexeme),
    rarity as (
      select lexeme,
             ln(1 + (${tools.length} - count(distinct tool) + 0.5) / (count(distinct tool) + 0.5)) as idf
        from hit group by lexeme),
    by_word as (
      select tool, sum(idf * weight) as words
        from (select tool, lexeme, max(case when kind in ('name', 'title', 'synonym') then 1.0 else 0.8 end) as weight
                from hit group by tool, lexeme) best
        join rarity using (lexeme) group by tool),
    by_phrase as (
      select distinct on (tool) tool, phrase, sum(idf) / sqrt(size) as sentence
        from hit join rarity using (lexeme)
       group by tool, kind, phrase, size order by tool, sentence desc, phrase),
    by_letter as (
      select tool, max(assay.strict_word_similarity(phrase, ${question})) as letters
        from phrase where kind in ('name', 'title', 'synonym') group by tool)
    select tool, coalesce(words, 0)::float8 as words, coalesce(sentence, 0)::float8 as sentence,
           letters::float8 as letters, by_phrase.phrase
      from by_letter left join by_word using (tool) left join by_phrase using (tool)`.execute(query);
  return rows;
}
