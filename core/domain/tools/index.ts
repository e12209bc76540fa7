export { getTool, listTools, listToolViews, requireTool } from './list.ts';
export type { ToolSummary, ToolView } from './views.ts';
