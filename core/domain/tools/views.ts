import type { PluginTrust, ToolManifest } from '@assay/sdk';
import type { SignatureState } from '../plugins/index.ts';

export interface ToolSummary {
  /** `statistics/t-test` */
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly question: string;
}

/** Everything a caller needs to choose and call a tool. */
export interface ToolView extends ToolSummary {
  readonly plugin: {
    readonly name: string;
    readonly version: string;
    readonly digest: string;
    readonly publisher: string;
    readonly license: string;
    readonly trust: PluginTrust;
    readonly signature: SignatureState;
    /** What to use instead, or until when. */
    readonly deprecated?: string;
  };
  readonly whenToUse: readonly string[];
  readonly whenNotToUse: readonly string[];
  readonly examples: readonly string[];
  readonly synonyms: readonly string[];
  readonly assumptions: ToolManifest['assumptions'];
  readonly citations: ToolManifest['citations'];
  readonly inputs: ToolManifest['inputs'];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly refusals: ToolManifest['refusals'];
  readonly limits: ToolManifest['limits'];
  readonly cost?: NonNullable<ToolManifest['cost']>;
  readonly determinism: NonNullable<ToolManifest['determinism']>;
  readonly runtimes: ToolManifest['runtimes'];
}
