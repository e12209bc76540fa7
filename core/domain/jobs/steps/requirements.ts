import type { RuntimeDescription, ToolManifest } from '@assay/sdk';

/** `1.10` is later than `1.9`; what follows a hyphen counts as one more part, as in Debian and R. */
function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((each) =>
    each.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  ) as [number[], number[]];
  for (const [i, part] of want.entries()) {
    const other = have[i] ?? 0;
    if (other !== part) return other > part;
  }
  return true;
}

/** What a runtime says that it has: `R 4.5.0, survival 3.8.3`, by names in lower case. */
function provided({ version }: RuntimeDescription): ReadonlyMap<string, string> {
  return new Map(
    version.split(', ').map((each) => {
      const at = each.lastIndexOf(' ');
      return [each.slice(0, at).toLowerCase(), each.slice(at + 1)];
    }),
  );
}

/** What a runtime lacks of what a tool requires, in words; undefined where it has everything. */
export function lacking(
  { language, packages = {} }: ToolManifest['requires'],
  runtime: RuntimeDescription,
): string | undefined {
  const has = provided(runtime);
  const wanted = Object.entries(packages).map(([name, range]) => `${name} ${range}`);
  for (const each of language?.includes('>=') ? [language, ...wanted] : wanted) {
    const [name = '', least = ''] = each.split(' >= ');
    const version = has.get(name.toLowerCase());
    if (version === undefined) return `it has no ${name}, and the tool requires ${each}`;
    if (!isAtLeast(version, least)) return `it has ${name} ${version}, and the tool requires ${each}`;
  }
  return undefined;
}
