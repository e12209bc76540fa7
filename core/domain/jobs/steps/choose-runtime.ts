import {
  AssayError,
  type Isolation,
  isAsStrong,
  type RuntimeDescription,
  type RuntimeName,
  type ToolManifest,
} from '@assay/sdk';
import type { LoadedTool } from '../../plugins/index.ts';
import type { Attempt, WorkDeps } from './attempt.ts';
import { lacking } from './requirements.ts';

/** Which image serves a tool in a container: its program's language says it. */
const images: Readonly<Record<string, string>> = { R: 'r-stats', py: 'py-core' };

export interface Choice {
  /** Name of the runtime as the runner knows it. */
  readonly runtime: string;
  /** Digest of it on this host. */
  readonly image: string;
  /** In a sentence, for the job. */
  readonly why: string;
}

/** `container` is one word in a manifest and a runtime for each image on a host. */
function nameOn(runtime: RuntimeName, program: string): string {
  const image = images[program.split('.').at(-1) ?? ''];
  return runtime === 'container' && image ? `container/${image}` : runtime;
}

function obstacle(
  name: string,
  found: RuntimeDescription | undefined,
  least: Isolation,
  requires: ToolManifest['requires'],
): string | undefined {
  const image = /^container\/(.+)$/.exec(name)?.[1];
  if (!found && image)
    return `${name}: this host has no container engine with that image ("assay image build ${image}")`;
  if (!found) return `${name}: not on this host`;
  if (!isAsStrong(found.isolation, least))
    return `${name}: its wall (${found.isolation}) is less than this plugin needs (${least})`;
  const lacks = lacking(requires, found);
  return lacks && `${name}: ${lacks}`;
}

/**
 * The first runtime of the manifest's list, best first, that this host has, whose wall is enough for whoever made the
 * plugin, and which has the language and the packages that the tool requires.
 * @throws AssayError `tool.runtime_unavailable`, with what stands in the way of each
 */
export function chooseRuntime(tool: LoadedTool, host: readonly RuntimeDescription[]): Choice {
  const { program, runtimes, requires } = tool.manifest;
  const passed: string[] = [];
  for (const each of runtimes) {
    const name = nameOn(each, program);
    const found = host.find((description) => description.name === name);
    const reason = obstacle(name, found, tool.plugin.isolation, requires);
    if (found && reason === undefined) {
      const first =
        passed.length === 0 ? 'the first that the tool names' : `passed over: ${passed.join('; ')}`;
      return { runtime: name, image: found.image, why: `${name}, ${first}` };
    }
    passed.push(reason ?? '');
  }
  throw new AssayError(
    'tool.runtime_unavailable',
    `${tool.name} cannot run on this host: ${passed.join('; ')}.`,
  );
}

/** Chooses where the attempt is carried out. */
export async function choose(deps: WorkDeps, attempt: Attempt): Promise<void> {
  attempt.choice = chooseRuntime(attempt.tool, await deps.runner.describe());
}
