import type { ErrorCode } from '@assay/sdk';
import type { Database } from '../base/database/index.ts';
import type { KeySource } from '../base/encryption/index.ts';
import type { Limits } from '../base/limits/index.ts';
import type { Queue } from '../base/queue/index.ts';
import type { ObjectStore } from '../base/storage/index.ts';
import type { Logger } from '../base/telemetry/index.ts';
import type { Validator } from '../base/validation/index.ts';
import type { JobChanges } from './jobs/changes.ts';
import type { PluginOffice } from './plugins/office.ts';
import type { PluginRegistry } from './plugins/registry.ts';
import type { QuotaDefaults } from './quotas/resources.ts';
import type { Ciphers } from './workspaces/ciphers.ts';

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly parts: Readonly<
    Record<
      string,
      { readonly status: 'ok' | 'degraded'; readonly code?: ErrorCode; readonly detail?: string }
    >
  >;
}

/** How people sign in. */
export interface AccessSettings {
  /** A session that is not used for this long is over, and so is one after this many hours in any case. */
  readonly sessionIdleMinutes: number;
  readonly sessionHours: number;
  /** Roles whose members need a second factor. */
  readonly mfaRoles: readonly string[];
  /** Identity providers of the company, by the name in their address and what people call them. */
  readonly providers: readonly { readonly name: string; readonly title: string }[];
}

/** What use cases may ask for; made once in `compose.ts`, handed in as their first argument. */
export interface Deps {
  readonly database: Database;
  readonly queue: Queue;
  readonly store: ObjectStore;
  readonly keys: KeySource;
  readonly ciphers: Ciphers;
  readonly validator: Validator;
  readonly plugins: PluginRegistry;
  readonly office: PluginOffice;
  readonly changes: JobChanges;
  readonly log: Logger;
  readonly access: AccessSettings;
  readonly limits: Limits & {
    readonly maxUploadBytes: number;
    readonly keyBackupDays: number;
    /** Crashes in a row after which a plugin rests; 0 never. */
    readonly pauseAfter: number;
    readonly quotas: QuotaDefaults;
  };
  health(): Promise<Health>;
}
