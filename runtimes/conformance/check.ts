import type { Start } from './converse.ts';
import { createKit } from './kit.ts';
import type { Language } from './language.ts';
import { type Rule, rules } from './rules.ts';

export interface Verdict {
  readonly rule: Rule;
  /** What the program did instead; absent where it keeps the rule. */
  readonly instead?: string;
}

/** Tries every rule on programs of a language, one verdict after another. */
export async function* checkRuntime(start: Start, language: Language): AsyncGenerator<Verdict, void> {
  const kit = createKit(start, language);
  for (const rule of rules) {
    let instead: string | undefined;
    try {
      await rule.check(kit);
    } catch (error) {
      // Whatever the program made go wrong is a verdict on it: a line that is no JSON as well as a wrong answer.
      instead = error instanceof Error ? error.message : String(error);
    }
    yield { rule, ...(instead === undefined ? {} : { instead }) };
  }
}
