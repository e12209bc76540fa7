import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  AssayError,
  digestDirectory,
  type Issue,
  leastIsolation,
  PluginManifest,
  ToolManifest,
} from '@assay/sdk';
import type { Check, Validator } from '../../base/validation/index.ts';
import type { Trial } from '../../base/validation/trial.ts';
import { asksOf } from './asks.ts';
import { checkFiles } from './files.ts';
import { lineOf } from './line.ts';
import {
  createRegistry,
  type LoadedPlugin,
  type LoadedTool,
  type PluginRegistry,
  type PluginSource,
} from './registry.ts';
import { checkSchemaShape, columnReferences } from './schema-shape.ts';
import { checkTexts } from './texts.ts';

const maxManifestBytes = 64 * 1024;

/** What makes a plugin unfit: collected, shown in the catalogue, never thrown at the server. */
class Finding extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

async function readManifest<T>(file: string, check: Check, { trial }: Compilers): Promise<T> {
  const label = path.join(path.basename(path.dirname(file)), path.basename(file));
  let text: string;
  try {
    if ((await stat(file)).size > maxManifestBytes)
      throw new Finding([`${label} is larger than ${maxManifestBytes} bytes`]);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding([`${label} cannot be read: ${(error as NodeJS.ErrnoException).code}`]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Finding([`${label} is not JSON: ${(error as Error).message}`]);
  }
  const issues = check(value);
  // Texts are looked at where schemas are tried: by whoever hands the findings on.
  const wrong = issues.length > 0 || !trial ? issues : checkTexts(value);
  if (wrong.length > 0)
    throw new Finding(
      wrong.map(
        ({ pointer, detail }) => `${[label, lineOf(text, pointer)].filter(Boolean).join(':')}: ${detail}`,
      ),
    );
  return value as T;
}

interface Compilers {
  readonly validator: Validator;
  /** Where schemas are compiled first that the release does not vouch for; none for those that it does. */
  readonly trial: Trial | undefined;
}

async function compile(
  { validator, trial }: Compilers,
  schema: object,
  label: string,
  defaults: boolean,
): Promise<Check> {
  const shape = checkSchemaShape(schema);
  if (shape.length > 0) throw new Finding(shape.map((line) => `${label}: ${line}`));
  const refused = await trial?.compile(schema, { defaults });
  if (refused) throw new Finding([`${label}: ${refused}`]);
  // Of hundreds of tools a process sees few used; compiling is what starting with them would cost.
  let compiled: Check | undefined;
  return (value, pointer) => {
    compiled ??= validator.compile(schema, { defaults });
    return compiled(value, pointer);
  };
}

/** What a manifest asks for that nothing here gives. */
function checkCapabilities(value: unknown): Issue[] {
  const asked = (value as PluginManifest).capabilities ?? {};
  const words = { network: 'hosts of a network', secrets: 'secrets', gpu: 'a graphics card' } as const;
  return (Object.keys(asked) as (keyof typeof words)[]).map((kind) => ({
    pointer: `/capabilities/${kind}`,
    code: 'NOT_OFFERED',
    detail: `its tools ask for ${words[kind]}, and no runtime here gives any`,
  }));
}

interface ManifestChecks {
  readonly plugin: Check;
  readonly tool: Check;
}

async function loadTool(
  compilers: Compilers,
  checks: ManifestChecks,
  source: PluginSource,
  folder: string,
): Promise<Omit<LoadedTool, 'plugin' | 'version' | 'name'>> {
  const file = path.join(source.directory, folder, 'tool.json');
  const manifest = await readManifest<ToolManifest>(file, checks.tool, compilers);
  const checkParameters = await compile(
    compilers,
    manifest.parameters,
    `${folder}/tool.json, parameters`,
    true,
  );
  const checkOutput = await compile(compilers, manifest.output, `${folder}/tool.json, output`, false);
  const slots = new Set(manifest.inputs.map((i) => i.slot));
  const lost = columnReferences(manifest.parameters).filter((reference) => !slots.has(reference.input));
  if (lost.length > 0)
    throw new Finding(
      lost.map((r) => `${folder}/tool.json: a parameter refers to input "${r.input}", which is not declared`),
    );
  if (manifest.inputs.length > 1 && manifest.runtimes.includes('sandbox'))
    throw new Finding([
      `${folder}/tool.json: the runtime "sandbox" takes one input; this tool has ${manifest.inputs.length}`,
    ]);
  return { manifest, checkParameters, checkOutput };
}

async function loadPlugin(
  compilers: Compilers,
  checks: ManifestChecks,
  source: PluginSource,
): Promise<LoadedPlugin> {
  const base = {
    name: source.name,
    version: source.version ?? '0.0.0',
    digest: '',
    trust: source.trust,
    signature: source.signature ?? (source.trust === 'shipped' ? ('shipped' as const) : ('pinned' as const)),
    deprecated: source.deprecated,
    isolation: leastIsolation(source),
    asks: asksOf([]),
    manifest: undefined,
    tools: [],
  };
  const { trust, refused } = source;
  let digest = '';
  try {
    digest = await digestDirectory(source.directory);
    const quarantine = (reasons: readonly string[]): LoadedPlugin => ({
      ...base,
      digest,
      state: 'quarantined',
      reasons,
    });
    if (refused && refused.length > 0)
      return {
        ...quarantine(refused),
        ...(source.signature === 'revoked' ? { state: 'revoked' as const } : {}),
      };
    if (source.admitted === undefined) return quarantine(['no digest was admitted for this plugin']);
    if (digest !== source.admitted)
      return quarantine([`its files have digest ${digest}, admitted was ${source.admitted}`]);
    if (trust !== 'shipped' && !refused && !compilers.trial)
      return quarantine(['its schemas were not tried in another process']);
    const misplaced = compilers.trial ? await checkFiles(source.directory) : [];
    if (misplaced.length > 0) return quarantine(misplaced);
    const manifest = await readManifest<PluginManifest>(
      path.join(source.directory, 'plugin.json'),
      checks.plugin,
      compilers,
    );
    if (manifest.name !== source.name) return quarantine([`plugin.json names it "${manifest.name}"`]);
    const tools: LoadedTool[] = [];
    const plugin: { -readonly [K in keyof LoadedPlugin]: LoadedPlugin[K] } = {
      ...base,
      version: manifest.version,
      digest,
      manifest,
      state: source.disabled === undefined ? 'enabled' : 'disabled',
      reasons: source.disabled === undefined ? [] : [source.disabled],
      tools,
    };
    for (const folder of manifest.tools) {
      const tool = await loadTool(compilers, checks, source, folder);
      tools.push({ ...tool, name: `${manifest.name}/${folder}`, version: manifest.version, plugin });
    }
    plugin.asks = asksOf(tools);
    return plugin;
  } catch (error) {
    if (error instanceof Finding) return { ...base, digest, state: 'quarantined', reasons: error.lines };
    if (error instanceof AssayError)
      return { ...base, digest, state: 'quarantined', reasons: [error.message] };
    throw error;
  }
}

/** Who a name belongs to: the release, the operator's own list, or a publisher of the trust policy. */
const ownerOf = ({ trust, publisher }: PluginSource) => (trust === 'shipped' ? trust : (publisher ?? trust));

/** Versions of one name stand side by side; one that claims what is another's does not. What is unfit claims nothing. */
function claimed(
  plugins: readonly LoadedPlugin[],
  sources: readonly PluginSource[],
  plugin: LoadedPlugin,
  source: PluginSource,
): string | undefined {
  if (plugin.state === 'quarantined') return undefined;
  for (const [i, other] of plugins.entries()) {
    if (other.name !== plugin.name || other.state === 'quarantined') continue;
    if (ownerOf(sources[i] as PluginSource) !== ownerOf(source)) return 'another plugin has the same name';
    if (other.version === plugin.version) return 'another plugin has the same name and version';
  }
  return undefined;
}

/** Loads what was admitted. A plugin that does not hold is quarantined with its reasons; the others go on. */
export async function loadPlugins(
  validator: Validator,
  sources: readonly PluginSource[],
  trial?: Trial,
): Promise<PluginRegistry> {
  const checkPlugin = validator.compile(PluginManifest);
  const checks = {
    plugin(value: unknown) {
      const issues = checkPlugin(value);
      return issues.length > 0 ? issues : checkCapabilities(value);
    },
    tool: validator.compile(ToolManifest),
  };
  const load = (source: PluginSource) =>
    loadPlugin({ validator, trial: source.trust === 'shipped' ? undefined : trial }, checks, source);
  const loaded: LoadedPlugin[] = [];
  // What is tried is tried one after the other: each has its two seconds for itself.
  if (trial) for (const source of sources) loaded.push(await load(source));
  else loaded.push(...(await Promise.all(sources.map(load))));
  const plugins: LoadedPlugin[] = [];
  for (const [i, plugin] of loaded.entries()) {
    const claim = claimed(plugins, sources, plugin, sources[i] as PluginSource);
    plugins.push(claim ? { ...plugin, state: 'quarantined', reasons: [claim], tools: [] } : plugin);
  }
  return createRegistry(plugins);
}
