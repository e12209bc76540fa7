export { getTool, listTools, requireTool } from './list.ts';
export type { ToolSummary, ToolView } from './views.ts';
