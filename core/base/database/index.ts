export {
  connect,
  type Database,
  type DatabaseOptions,
  isDatabaseGone,
  type Prepared,
  type Query,
} from './database.ts';
export type { Listener } from './listen.ts';
export { type PreparedDatabase, type PrepareOptions, prepareDatabase } from './prepare.ts';
export { holdPresence, type Presence } from './presence.ts';
export type { Tables } from './tables.ts';
