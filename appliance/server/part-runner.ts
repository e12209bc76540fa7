import type { Logger } from '@assay/core/telemetry';
import { startRunner } from '@assay/runner';
import { containerRuntime } from '@assay/runtime-container';
import { renderRuntime } from '@assay/runtime-render';
import { tableRuntime } from '@assay/runtime-table';
import { wasmRuntime } from '@assay/runtime-wasm';
import type { PartSettings } from './messages.ts';

/** The runner's program holds no database, no keys and no store: what this file imports, it can do. */
export async function start(settings: PartSettings['runner'], log: Logger) {
  const { prestart, isolation, scratchRoot, containers } = settings;
  const runner = await startRunner({
    socketPath: settings.socketPath,
    key: settings.key,
    plugins: settings.plugins,
    runtimes: [
      wasmRuntime({ prestart, isolation }),
      tableRuntime({ prestart, isolation, scratchRoot }),
      renderRuntime({ prestart, isolation }),
      ...(containers?.images.map((image) => containerRuntime({ ...containers, image, prestart: 0 })) ?? []),
    ],
    log: (message, fields) => log.warn(fields, message),
  });
  return {
    runtimes: runner.runtimes.map((r) => `${r.name}: ${r.version}, ${r.isolation}`),
    stop: (_graceMs: number) => runner.close(),
  };
}
