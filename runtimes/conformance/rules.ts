import type { Kit } from './kit.ts';
import { dataRules } from './rules/data.ts';
import { lifeRules } from './rules/life.ts';
import { resultRules } from './rules/result.ts';
import { samenessRules } from './rules/sameness.ts';

/** One thing that an entry program must do, and how it is found out. */
export interface Rule {
  readonly id: string;
  readonly says: string;
  /** @throws AssertionError where the program does not keep it */
  check(kit: Kit): Promise<void>;
}

/** Every rule of the kit. */
export const rules: readonly Rule[] = [...lifeRules, ...dataRules, ...resultRules, ...samenessRules];
