import type { GroupRole } from '../../../domain/identity/index.ts';

/** One identity provider, as the operator configured it. */
export interface ProviderSettings {
  /** In addresses and in the audit trail. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Empty for a public client. */
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** Claim with the ids of somebody's groups. */
  readonly groupsClaim: string;
  readonly roles: readonly GroupRole[];
  /** Where any are named, the id_token must say one of these. */
  readonly requireAcr: readonly string[];
  readonly requireAmr: readonly string[];
}
