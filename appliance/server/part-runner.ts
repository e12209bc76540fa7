import { getPriority, setPriority } from 'node:os';
import type { PluginSource } from '@assay/core/plugins';
import type { Logger } from '@assay/core/telemetry';
import { startRunner } from '@assay/runner';
import { containerRuntime, removeLeftovers } from '@assay/runtime-container';
import { createFence, createStock } from '@assay/runtime-process';
import { renderRuntime } from '@assay/runtime-render';
import { sandboxRuntime } from '@assay/runtime-sandbox';
import { tableRuntime } from '@assay/runtime-table';
import { wasmRuntime } from '@assay/runtime-wasm';
import { admittedOf } from './admitted.ts';
import type { PartSettings } from './messages.ts';
import { keepOffProcessors } from './processors.ts';

/** Beyond what the appliance itself was started with: nobody without rights may take that back. */
const niceness = 5;

/** The runner's program holds no database, no keys and no store: what this file imports, it can do. */
export async function start(settings: PartSettings['runner'], log: Logger) {
  // Who asks the api something is answered first; then come runs.
  setPriority(Math.min(getPriority() + niceness, 19));
  const fence = createFence(keepOffProcessors(settings.processorsKept));
  const { prestart, isolation, scratchRoot, containers } = settings;
  // What a killed runner left behind, also of images that are not here any more. An engine that is not there yet is
  // asked again by each image's own runtime.
  if (containers)
    await removeLeftovers(containers).catch((error: unknown) =>
      log.warn({ err: error }, 'what an earlier runner left in the container engine is removed later'),
    );
  const stock = createStock(settings.stock);
  const runner = await startRunner({
    socketPath: settings.socketPath,
    key: settings.key,
    plugins: settings.plugins,
    ceiling: settings.ceiling,
    fence,
    runtimes: [
      wasmRuntime({ prestart, stock, fence, isolation }),
      sandboxRuntime({ prestart, stock, fence, isolation }),
      tableRuntime({ prestart, stock, fence, isolation, scratchRoot }),
      renderRuntime({ prestart, stock, fence, isolation }),
      ...(containers?.images.map((image) =>
        containerRuntime({
          ...containers,
          image,
          prestart,
          stock,
          fence,
        }),
      ) ?? []),
    ],
    log: (message, fields) => log.warn(fields, message),
  });
  return {
    runtimes: runner.runtimes.map((r) => `${r.name}: ${r.version}, ${r.isolation}`),
    replacePlugins: (sources: readonly PluginSource[]) => runner.replacePlugins(admittedOf(sources)),
    stop: (_graceMs: number) => runner.close(),
  };
}
