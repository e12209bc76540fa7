import type { Logger } from '../../base/telemetry/index.ts';
import type { Permission, Role } from './roles.ts';

/** Who acts. Never null: `system` is one, and is audited too. */
export interface Principal {
  readonly id: string;
  readonly kind: 'user' | 'service' | 'system';
  readonly name: string;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
}

/** Made only by the gateway and the worker; the second argument of every use case. */
export interface Context {
  readonly principal: Principal;
  readonly workspace: string;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
}
