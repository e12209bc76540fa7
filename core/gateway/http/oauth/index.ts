export { mountOAuth } from './mount.ts';
export type { ClientPolicy } from './provider.ts';
export { defaultScopes, metadataUrl, resourceAt, resourceUri } from './resources.ts';
