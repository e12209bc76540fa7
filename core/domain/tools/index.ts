export { getTool, listPinnedTools, listTools, requireTool } from './list.ts';
export { type Fit, listOpenChoices, type OpenChoice, searchTools, type ToolHit } from './search/index.ts';
export type { ToolSummary, ToolView } from './views.ts';
