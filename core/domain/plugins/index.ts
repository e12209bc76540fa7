export { changePlugin, givePackage, importRevocations, installPlugin, removePlugin } from './administer.ts';
export { type Choices, missingGrant, needsGrant, readChoices } from './choices.ts';
export { type Changes, compareManifests, concerns, type Difference, listChanges } from './compare.ts';
export { type Grant, grantPlugin, listGrants, withdrawGrant } from './grants.ts';
export { lineOf } from './line.ts';
export { listPlugins, type PluginView } from './list.ts';
export { loadPlugins } from './load.ts';
export type { PluginOffice, Version } from './office.ts';
export { listPins, type Pin, pinPlugin, unpinPlugin } from './pins.ts';
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
