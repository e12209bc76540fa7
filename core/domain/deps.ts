import type { Database } from '../base/database/index.ts';
import type { Keyring } from '../base/encryption/index.ts';
import type { Queue } from '../base/queue/index.ts';
import type { ObjectStore } from '../base/storage/index.ts';
import type { Logger } from '../base/telemetry/index.ts';
import type { Validator } from '../base/validation/index.ts';
import type { JobChanges } from './jobs/changes.ts';
import type { PluginRegistry } from './plugins/registry.ts';
import type { Ciphers } from './workspaces/ciphers.ts';

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly parts: Readonly<Record<string, { readonly status: 'ok' | 'degraded'; readonly detail?: string }>>;
}

/** What use cases may ask for; made once in `compose.ts`, handed in as their first argument. */
export interface Deps {
  readonly database: Database;
  readonly queue: Queue;
  readonly store: ObjectStore;
  readonly keys: Keyring;
  readonly ciphers: Ciphers;
  readonly validator: Validator;
  readonly plugins: PluginRegistry;
  readonly changes: JobChanges;
  readonly log: Logger;
  readonly limits: { readonly maxUploadBytes: number };
  health(): Promise<Health>;
}
