import type { Logger } from '../../base/telemetry/index.ts';
import type { Client } from '../audit/index.ts';
import type { Permission, Role } from './roles.ts';
import type { Scope } from './scopes.ts';

/** Who acts. Never null: `system` is one, and is audited too. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user' | 'service' | 'system';
  readonly name: string;
  /** Slot of the key under which what is known of this person is kept; null for what is no person. */
  readonly slot: number | null;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
}

/** Made only by the gateway and the worker; the second argument of every use case. */
export interface Context {
  readonly principal: Principal;
  /** What the caller's token may be used for; a session of a browser may be used for all. */
  readonly scopes: ReadonlySet<Scope>;
  readonly workspace: string;
  readonly requestId: string;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly log: Logger;
}
