import { AssayError } from '@assay/sdk';
import type { Query } from '../../base/database/index.ts';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import { type Choices, type LoadedTool, missingGrant, readChoices } from '../plugins/index.ts';
import type { ToolSummary, ToolView } from './views.ts';

function isPublic(tool: LoadedTool): boolean {
  return tool.manifest.visibility !== 'system';
}

export function summarise(tool: LoadedTool): ToolSummary {
  const { title, question } = tool.manifest;
  return { name: tool.name, version: tool.version, title, question };
}

type ToolDeps = Pick<Deps, 'plugins' | 'database'>;

const pluginOf = (name: string) => name.slice(0, name.indexOf('/'));

/** The tool by name and version, which is that of the pin where none is given; of those that the workspace grants what they ask. */
function find({ plugins }: Pick<Deps, 'plugins'>, choices: Choices, name: string, version?: string) {
  return plugins.find(
    name,
    version ?? choices.get(pluginOf(name))?.pinned,
    ({ plugin }) => missingGrant(choices, plugin).length === 0,
  );
}

export function listed(deps: ToolDeps, choices: Choices): LoadedTool[] {
  const names = deps.plugins.plugins.flatMap((p) =>
    p.state === 'enabled' ? p.tools.map((t) => t.name) : [],
  );
  return [...new Set(names)]
    .sort()
    .flatMap((name) => find(deps, choices, name) ?? [])
    .filter(isPublic);
}

/** The tools of enabled plugins, by name: each in the version that a call without one is answered by. One that waits for a grant is none. */
export async function listTools(deps: ToolDeps, context: Context): Promise<ToolSummary[]> {
  requirePermission(context, 'tools:read');
  const choices = await deps.database.withWorkspace(context.workspace, readChoices);
  return listed(deps, choices).map(summarise);
}

/** Those of plugins that the workspace is pinned to, with everything that is needed to choose and call each. */
export async function listPinnedTools(deps: ToolDeps, context: Context): Promise<ToolView[]> {
  requirePermission(context, 'tools:read');
  const choices = await deps.database.withWorkspace(context.workspace, readChoices);
  return listed(deps, choices)
    .filter(({ plugin }) => choices.get(plugin.name)?.pinned !== undefined)
    .map(view);
}

function notGranted({ name, version, plugin }: LoadedTool, missing: readonly string[]): AssayError {
  return new AssayError(
    'plugin.not_granted',
    `${name}@${version} asks for ${missing.join(', ')}, which this workspace did not grant ${plugin.name}. An administrator grants it: assay plugin grant ${plugin.name}@${version}.`,
  );
}

/**
 * The tool that a caller may name: `plugin/tool`, `plugin/tool@1.2.0` or `plugin/tool@^1`; without a version that of the
 * workspace's pin, or the newest. The appliance's own tools are there for `system` alone; for anybody else they do not
 * exist.
 * @throws AssayError `tool.not_found`; `plugin.not_granted` where it asks for more than the workspace lets it have
 */
export async function requireTool(
  deps: Pick<Deps, 'plugins'>,
  query: Query,
  context: Context,
  reference: string,
): Promise<LoadedTool> {
  const [name = '', version] = reference.split('@', 2);
  const choices = await readChoices(query);
  const tool = find(deps, choices, name, version);
  if (tool && (isPublic(tool) || context.principal.kind === 'system')) return tool;
  const waiting = deps.plugins.find(name, version ?? choices.get(pluginOf(name))?.pinned);
  if (waiting && isPublic(waiting)) throw notGranted(waiting, missingGrant(choices, waiting.plugin));
  const known = deps.plugins.plugins
    .flatMap((p) => (p.state === 'enabled' ? p.tools : []))
    .filter((t) => isPublic(t) && (t.name === name || t.name.endsWith(`/${name}`)));
  const hint = known.map((t) => `${t.name}@${t.version}`).join(', ');
  const pinned = version === undefined ? choices.get(pluginOf(name))?.pinned : undefined;
  throw new AssayError(
    'tool.not_found',
    `There is no tool "${reference.slice(0, 100)}" here${pinned ? `, where the workspace is pinned to ${pinned}` : ''}.${hint ? ` There is ${hint}.` : ''}`,
  );
}

/** Everything that a caller needs to choose and call one tool. */
export async function getTool(
  deps: ToolDeps,
  context: Context,
  request: { readonly name: string; readonly version?: string },
): Promise<ToolView> {
  requirePermission(context, 'tools:read');
  const reference = request.version ? `${request.name}@${request.version}` : request.name;
  return view(
    await deps.database.withWorkspace(context.workspace, (query) =>
      requireTool(deps, query, context, reference),
    ),
  );
}

function view(tool: LoadedTool): ToolView {
  const { manifest, plugin } = tool;
  return {
    ...summarise(tool),
    plugin: {
      name: plugin.name,
      version: plugin.version,
      digest: plugin.digest,
      publisher: plugin.manifest?.publisher ?? '',
      license: plugin.manifest?.license ?? '',
      trust: plugin.trust,
      signature: plugin.signature,
      ...(plugin.deprecated === undefined ? {} : { deprecated: plugin.deprecated }),
    },
    whenToUse: manifest.whenToUse,
    whenNotToUse: manifest.whenNotToUse ?? [],
    examples: manifest.examples,
    synonyms: manifest.synonyms ?? [],
    assumptions: manifest.assumptions,
    citations: manifest.citations,
    inputs: manifest.inputs,
    parameters: { ...manifest.parameters },
    output: { ...manifest.output },
    refusals: manifest.refusals,
    limits: manifest.limits,
    ...(manifest.cost ? { cost: manifest.cost } : {}),
    determinism: manifest.determinism ?? 'exact',
    runtimes: manifest.runtimes,
  };
}
