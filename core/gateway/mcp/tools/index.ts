import type { Validator } from '../../../base/validation/index.ts';
import { catalogueTools } from './catalogue.ts';
import { datasetTools } from './datasets.ts';
import { jobTools } from './jobs.ts';
import { inputSchema, type OwnTool } from './own-tool.ts';
import { reportTools } from './reports.ts';
import { uploadTools } from './uploads.ts';

export { type OwnTool, showOwnTool } from './own-tool.ts';

/** The tools that are always there, however many are installed: to find one, to call it, and to read what came of it. */
export const ownTools: ReadonlyMap<string, OwnTool> = new Map(
  [...catalogueTools, ...jobTools, ...datasetTools, ...uploadTools, ...reportTools].map((tool) => [
    tool.name,
    tool,
  ]),
);

/** A check of the arguments of each, by name. */
export function compileOwnTools(validator: Validator) {
  return new Map([...ownTools.values()].map((tool) => [tool.name, validator.compile(inputSchema(tool))]));
}
