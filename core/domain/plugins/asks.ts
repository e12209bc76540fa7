import type { ToolManifest } from '@assay/sdk';

/** What a version wants to be let have: the most that one of its tools may take of each, by its manifest. */
export type Asks = Readonly<ToolManifest['limits']>;

const words: Readonly<Record<keyof Asks, string>> = {
  memoryMb: 'MB of memory',
  seconds: 's of a run',
  outputMb: 'MB of output',
};
const kinds = Object.keys(words) as (keyof Asks)[];

export function asksOf(tools: readonly { readonly manifest: Pick<ToolManifest, 'limits'> }[]): Asks {
  const most = (kind: keyof Asks) => Math.max(0, ...tools.map(({ manifest }) => manifest.limits[kind]));
  return { memoryMb: most('memoryMb'), seconds: most('seconds'), outputMb: most('outputMb') };
}

/**
 * What is asked for beyond what was granted, in words; empty where that is nothing.
 * @example beyond({ ...asks, memoryMb: 4096 }, { ...asks, memoryMb: 1024 }) // ['4096 MB of memory (granted: 1024)']
 */
export function beyond(asks: Asks, granted: Asks | undefined): string[] {
  return kinds.flatMap((kind) => {
    if (asks[kind] <= (granted?.[kind] ?? 0)) return [];
    return [`${asks[kind]} ${words[kind]}${granted ? ` (granted: ${granted[kind]})` : ''}`];
  });
}
