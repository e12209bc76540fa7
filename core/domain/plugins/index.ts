export { lineOf } from './line.ts';
export { listPlugins, type PluginView } from './list.ts';
export { loadPlugins } from './load.ts';
export type { LoadedPlugin, LoadedTool, PluginRegistry, PluginSource, Trust } from './registry.ts';
export { tryPlugins } from './try.ts';
