export { changePlugin, importRevocations, installPlugin, removePlugin } from './administer.ts';
export { lineOf } from './line.ts';
export { listPlugins, type PluginView } from './list.ts';
export { loadPlugins } from './load.ts';
export type { PluginOffice, Version } from './office.ts';
export { listPins, type Pin, pinPlugin, readPins, unpinPlugin } from './pins.ts';
export type {
  LiveRegistry,
  LoadedPlugin,
  LoadedTool,
  PluginRegistry,
  PluginSource,
  SignatureState,
} from './registry.ts';
export { createLiveRegistry } from './registry.ts';
export { tryPlugins } from './try.ts';
