export type { Fit, OpenChoice } from './fit.ts';
export { listOpenChoices } from './open.ts';
export { writePhrases } from './phrases.ts';
export { rankTools, searchTools, type ToolHit } from './search.ts';
