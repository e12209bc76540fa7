import { AssayError } from '@assay/sdk';
import { type Context, requirePermission } from '../access/index.ts';
import type { Deps } from '../deps.ts';
import type { LoadedTool } from '../plugins/index.ts';
import type { ToolSummary, ToolView } from './views.ts';

function isPublic(tool: LoadedTool): boolean {
  return tool.manifest.visibility !== 'system';
}

function summarise(tool: LoadedTool): ToolSummary {
  const { title, question } = tool.manifest;
  return { name: tool.name, version: tool.version, title, question };
}

/** The tools of enabled plugins, by name: each in the version that a call without one is answered by. */
export function listTools(deps: Pick<Deps, 'plugins'>, context: Context): ToolSummary[] {
  requirePermission(context, 'tools:read');
  const names = deps.plugins.plugins.flatMap((p) =>
    p.state === 'enabled' ? p.tools.map((t) => t.name) : [],
  );
  return [...new Set(names)]
    .sort()
    .flatMap((name) => deps.plugins.find(name) ?? [])
    .filter(isPublic)
    .map(summarise);
}

/**
 * The tool that a caller may name: `plugin/tool` or `plugin/tool@1.2.0`. The appliance's own tools are there for
 * `system` alone; for anybody else they do not exist.
 * @throws AssayError `tool.not_found`
 */
export function requireTool(deps: Pick<Deps, 'plugins'>, context: Context, reference: string): LoadedTool {
  const [name = '', version] = reference.split('@', 2);
  const tool = deps.plugins.find(name, version);
  if (tool && (isPublic(tool) || context.principal.kind === 'system')) return tool;
  const known = deps.plugins.plugins
    .flatMap((p) => (p.state === 'enabled' ? p.tools : []))
    .filter((t) => isPublic(t) && (t.name === name || t.name.endsWith(`/${name}`)));
  const hint = known.map((t) => `${t.name}@${t.version}`).join(', ');
  throw new AssayError(
    'tool.not_found',
    `There is no tool "${reference.slice(0, 100)}" here.${hint ? ` There is ${hint}.` : ''}`,
  );
}

/** Everything that a caller needs to choose and call one tool. */
export function getTool(
  deps: Pick<Deps, 'plugins'>,
  context: Context,
  request: { readonly name: string; readonly version?: string },
): ToolView {
  requirePermission(context, 'tools:read');
  const tool = requireTool(
    deps,
    context,
    request.version ? `${request.name}@${request.version}` : request.name,
  );
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
    runtimes: manifest.runtimes,
  };
}
