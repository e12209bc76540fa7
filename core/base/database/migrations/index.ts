import type { Migration } from 'kysely/migration';
import * as first from './0001-first.ts';
import * as recall from './0002-recall.ts';
import * as keys from './0003-keys.ts';
import * as audit from './0004-audit.ts';
import * as people from './0005-people.ts';
import * as rateLimits from './0006-rate-limits.ts';
import * as quotas from './0007-quotas.ts';
import * as oauth from './0008-oauth.ts';
import * as lineage from './0009-lineage.ts';
import * as priorities from './0010-priorities.ts';
import * as plugins from './0011-plugins.ts';
import * as pluginGrants from './0012-plugin-grants.ts';
import * as toolSearch from './0013-tool-search.ts';
import * as uploadAddresses from './0014-upload-addresses.ts';

/** In order; a migration that was released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-recall': recall,
  '0003-keys': keys,
  '0004-audit': audit,
  '0005-people': people,
  '0006-rate-limits': rateLimits,
  '0007-quotas': quotas,
  '0008-oauth': oauth,
  '0009-lineage': lineage,
  '0010-priorities': priorities,
  '0011-plugins': plugins,
  '0012-plugin-grants': pluginGrants,
  '0013-tool-search': toolSearch,
  '0014-upload-addresses': uploadAddresses,
};
