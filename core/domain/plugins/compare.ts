import { AssayError } from '@assay/sdk';
import rcompare from 'semver/functions/rcompare.js';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { missingGrant, readChoices } from './choices.ts';
import type { Version } from './office.ts';
import type { LoadedPlugin, LoadedTool } from './registry.ts';

/** What somebody who lets a new version in wants to know apart. */
export const concerns = [
  'asks for',
  'inputs',
  'parameters',
  'output',
  'refusals',
  'text',
  'program',
  'tools',
] as const;
export type Concern = (typeof concerns)[number];

export interface Difference {
  readonly concern: Concern;
  /** Tool and place in its manifest, or file. */
  readonly where: string;
  /** JSON of before and after; absent where there was, or is, nothing. */
  readonly before?: string;
  readonly after?: string;
}

/** Which members of a tool's manifest are a matter of what. `cases` are files, and looked at as such. */
const members: Readonly<
  Record<Exclude<Concern, 'program' | 'tools'>, readonly (keyof LoadedTool['manifest'])[]>
> = {
  'asks for': ['limits', 'cost', 'requires', 'runtimes', 'visibility'],
  inputs: ['inputs'],
  parameters: ['parameters'],
  output: ['output'],
  refusals: ['refusals', 'assumptions', 'determinism'],
  text: ['title', 'question', 'whenToUse', 'whenNotToUse', 'examples', 'synonyms', 'citations'],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The least parts that differ. Lists are compared as a whole: what stands where in them has no meaning of its own. */
function* compare(concern: Concern, where: string, before: unknown, after: unknown): Generator<Difference> {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      yield* compare(concern, `${where}.${name}`, before[name], after[name]);
    return;
  }
  const [was, is] = [before, after].map((value) => (value === undefined ? undefined : JSON.stringify(value)));
  if (was === is) return;
  yield {
    concern,
    where,
    ...(was === undefined ? {} : { before: was }),
    ...(is === undefined ? {} : { after: is }),
  };
}

function* compareTools(before: LoadedTool, after: LoadedTool): Generator<Difference> {
  for (const [concern, names] of Object.entries(members))
    for (const name of names)
      yield* compare(
        concern as Concern,
        `${after.name} ${name}`,
        before.manifest[name],
        after.manifest[name],
      );
}

/**
 * What changed from one version to another by their manifests, the weightiest concerns first.
 * @param files - of programs, with their digests, where they are at hand
 */
export function compareManifests(
  old: LoadedPlugin,
  now: LoadedPlugin,
  files?: { readonly before: object; readonly after: object },
): Difference[] {
  const found: Difference[] = [];
  const parts = ({ manifest }: LoadedPlugin) => {
    const { version: _, tools: __, capabilities, ...identity } = manifest ?? {};
    return { capabilities, identity };
  };
  const [was, is] = [parts(old), parts(now)];
  found.push(...compare('asks for', 'plugin.json capabilities', was.capabilities, is.capabilities));
  found.push(...compare('text', 'plugin.json', was.identity, is.identity));
  for (const tool of now.tools) {
    const before = old.tools.find((each) => each.name === tool.name);
    if (before) found.push(...compareTools(before, tool));
    else found.push({ concern: 'tools', where: tool.name, after: JSON.stringify(tool.manifest.title) });
  }
  for (const tool of old.tools)
    if (!now.tools.some((each) => each.name === tool.name))
      found.push({ concern: 'tools', where: tool.name, before: JSON.stringify(tool.manifest.title) });
  if (files) found.push(...compare('program', 'files', files.before, files.after));
  return found.sort((a, b) => concerns.indexOf(a.concern) - concerns.indexOf(b.concern));
}

export interface Changes {
  readonly from: string;
  readonly to: string;
  readonly differences: readonly Difference[];
}

/**
 * What a version changes, by its manifest, from another or from the newest older one that the workspace uses.
 * @throws AssayError `plugin.not_found` where there is no such version, or none before it
 */
export async function listChanges(
  deps: Pick<Deps, 'database' | 'plugins'>,
  context: Context,
  { name, version, from }: Version & { readonly from?: string },
): Promise<Changes> {
  requirePermission(context, 'plugins:read');
  const versions = deps.plugins.plugins.filter((each) => each.name === name && each.manifest);
  const sorted = versions.toSorted((a, b) => rcompare(a.version, b.version));
  const now = sorted.find((each) => each.version === version);
  if (!now)
    throw new AssayError('plugin.not_found', `There is no plugin ${name} ${version} here that can be read.`);
  const choices = await deps.database.withWorkspace(context.workspace, readChoices);
  const older = sorted.slice(sorted.indexOf(now) + 1);
  const old = from
    ? sorted.find((each) => each.version === from)
    : (older.find((each) => each.state === 'enabled' && missingGrant(choices, each).length === 0) ??
      older[0]);
  if (!old)
    throw new AssayError(
      'plugin.not_found',
      `There is no version ${from ?? `before ${version}`} of ${name} here.`,
    );
  return { from: old.version, to: version, differences: compareManifests(old, now) };
}
