import { createApi, createLogger, createWorker, type Part } from '@assay/core';
import { startRunner } from '@assay/runner';
import { renderRuntime } from '@assay/runtime-render';
import { tableRuntime } from '@assay/runtime-table';
import { wasmRuntime } from '@assay/runtime-wasm';
import { explain } from './explain.ts';
import type { PartMessage, PartSettings, Role, SupervisorMessage } from './messages.ts';

type Started = Part & { readonly runtimes?: readonly string[] };

const graceMs = 30_000;

async function startRunnerPart(
  settings: PartSettings['runner'],
  log: ReturnType<typeof createLogger>,
): Promise<Started> {
  const { prestart, isolation, scratchRoot } = settings;
  const runner = await startRunner({
    socketPath: settings.socketPath,
    key: settings.key,
    plugins: settings.plugins,
    runtimes: [
      wasmRuntime({ prestart, isolation }),
      tableRuntime({ prestart, isolation, scratchRoot }),
      renderRuntime({ prestart, isolation }),
    ],
    log: (message, fields) => log.warn(fields, message),
  });
  return {
    runtimes: runner.runtimes.map((r) => `${r.name}: ${r.version}, ${r.isolation}`),
    stop: () => runner.close(),
  };
}

async function start(role: Role, settings: PartSettings[Role]): Promise<Started> {
  const log = createLogger({ ...settings.log, role });
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'the process ends: something happened that nobody expected');
    process.exit(70);
  });
  if (role === 'runner') return startRunnerPart(settings as PartSettings['runner'], log);
  if (role === 'api') return createApi({ ...(settings as PartSettings['api']), log });
  return createWorker({ ...(settings as PartSettings['worker']), log });
}

/** The life of a part: waits for its settings, starts, says so, and ends when told or when the supervisor is gone. */
export async function runPart(role: Role): Promise<void> {
  const say = (message: PartMessage) => process.send?.(message);
  if (!process.send) {
    process.stderr.write(`The process role "${role}" is started by the supervisor: npm start.\n`);
    process.exitCode = 2;
    return;
  }
  let part: Started | undefined;
  // Ctrl-C reaches the whole terminal group; the supervisor decides in which order parts end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (message: SupervisorMessage) => {
    if ('stop' in message) {
      await part?.stop(graceMs);
      process.exit(0);
    }
    try {
      part = await start(role, message.settings);
      say({
        ready: true,
        ...(part.address ? { address: part.address } : {}),
        ...(part.runtimes ? { runtimes: part.runtimes } : {}),
      });
    } catch (error) {
      say({ failed: explain(error) });
    }
  });
}
