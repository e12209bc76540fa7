import type { PluginSource } from '@assay/core/plugins';
import type { Answer, PluginRequest } from '../messages.ts';

/** A plugin whose digest the operator wrote into the configuration. */
export interface OwnPlugin {
  readonly directory: string;
  readonly digest: string;
  readonly isolation?: 'bubblewrap' | 'container' | 'gvisor';
}

/** To the process that looks at plugins: what to do first, if anything; then which there are. */
export interface Errand {
  /** Folder of what was installed. */
  readonly store: string;
  /** Text of the trust policy; none trusts nobody. */
  readonly policy?: string;
  readonly own: readonly OwnPlugin[];
  /** Folders under development. */
  readonly development: readonly string[];
  readonly request?: PluginRequest;
  /** Whether it must prove first that it runs in FIPS mode. */
  readonly fips: boolean;
}

/** Its answer: what came of the request, and all plugins that there are now. */
export interface Found {
  readonly answer: Answer;
  readonly plugins: readonly PluginSource[];
}
