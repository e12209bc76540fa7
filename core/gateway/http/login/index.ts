export { mountLogins } from './routes.ts';
export type { ProviderSettings } from './settings.ts';
