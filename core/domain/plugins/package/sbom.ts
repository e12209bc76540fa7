import type { PluginManifest, ToolManifest } from '@assay/sdk';

/** Where a package keeps the list of what it is and needs. */
export const sbomName = 'sbom.cdx.json';

interface Need {
  readonly name: string;
  /** `>= 3.2`; any where it is not given. */
  readonly from?: string;
}

function needsOf(tools: readonly ToolManifest[]): Need[] {
  const needs = new Map<string, Need>();
  for (const { requires } of tools) {
    const [language, ...from] = requires.language?.split(' ') ?? [];
    if (language)
      needs.set(language, { name: language, ...(from.length > 0 ? { from: from.join(' ') } : {}) });
    for (const [name, least] of Object.entries(requires.packages ?? {}))
      needs.set(name, { name, from: least });
  }
  return [...needs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `>= 3.2` as a package URL's range says it. */
const range = (from: string | undefined) =>
  from ? `vers:generic/${from.replace(' ', '')}` : 'vers:generic/*';

/**
 * The list of what a plugin is and needs, as CycloneDX 1.7: a plugin carries nothing of others, so its components are
 * external ones, by the ranges of its manifests (https://cyclonedx.org/docs/1.7/json/). Without a date or a serial number, so
 * that the same plugin has the same list.
 * @param contents files of the plugin, whose manifests are JSON
 */
export function describeContents(contents: ReadonlyMap<string, Buffer>): Buffer {
  const read = <T>(file: string) => JSON.parse(contents.get(file)?.toString('utf8') ?? 'null') as T | null;
  const plugin = read<PluginManifest>('plugin.json');
  const tools = (plugin?.tools ?? []).flatMap((tool) => read<ToolManifest>(`${tool}/tool.json`) ?? []);
  const list = {
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        name: plugin?.name,
        version: plugin?.version,
        description: plugin?.description,
        licenses: [{ expression: plugin?.license }],
        publisher: plugin?.publisher,
      },
    },
    components: needsOf(tools).map(({ name, from }) => ({
      type: 'library',
      name,
      isExternal: true,
      versionRange: range(from),
    })),
  };
  return Buffer.from(`${JSON.stringify(list, null, 2)}\n`);
}
