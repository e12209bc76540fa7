export { checkRuntime, type Verdict } from './check.ts';
export type { Start } from './converse.ts';
export { createKit, type Kit } from './kit.ts';
export { type Language, readLanguage } from './language.ts';
export { type Rule, rules } from './rules.ts';
