import type { Migration } from 'kysely/migration';
import * as first from './0001-first.ts';
import * as recall from './0002-recall.ts';

/** In order; a migration that was released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-recall': recall,
};
