import type { PluginSource } from '@assay/core/plugins';
import { createLogger } from '@assay/core/telemetry';
import { explain } from './explain.ts';
import type { PartMessage, PartSettings, Role, SupervisorMessage } from './messages.ts';

interface Started {
  readonly address?: string;
  readonly runtimes?: readonly string[];
  replacePlugins(sources: readonly PluginSource[]): void | Promise<void>;
  stop(graceMs: number): Promise<void>;
}

const graceMs = 30_000;

/** Loads the program of one role and nothing of the others: a process can do what it has loaded. */
async function start(role: Role, settings: PartSettings[Role]): Promise<Started> {
  const log = createLogger({ ...settings.log, role });
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'the process ends: something happened that nobody expected');
    process.exit(70);
  });
  if (role === 'runner')
    return (await import('./part-runner.ts')).start(settings as PartSettings['runner'], log);
  if (role === 'api') return (await import('./part-api.ts')).start(settings as PartSettings['api'], log);
  return (await import('./part-worker.ts')).start(settings as PartSettings['worker'], log);
}

/** The life of a part: waits for its settings, starts, says so, and ends when told or when the supervisor is gone. */
export async function runPart(role: Role): Promise<void> {
  const say = (message: PartMessage) => process.send?.(message);
  if (!process.send) {
    process.stderr.write(`The process role "${role}" is started by the supervisor: npm start.\n`);
    process.exitCode = 2;
    return;
  }
  let part: Promise<Started> | undefined;
  // Ctrl-C reaches the whole terminal group; the supervisor decides in which order parts end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (message: SupervisorMessage) => {
    if ('stop' in message) {
      await (await part)?.stop(graceMs);
      process.exit(0);
    }
    if ('answer' in message) return;
    if ('round' in message) {
      await (await part)?.replacePlugins(message.plugins);
      say({ loaded: message.round });
      return;
    }
    try {
      if (message.fips) (await import('@assay/core/fips')).selfTestFips();
      part = start(role, message.settings);
      const { address, runtimes } = await part;
      say({ ready: true, ...(address ? { address } : {}), ...(runtimes ? { runtimes } : {}) });
    } catch (error) {
      say({ failed: explain(error) });
    }
  });
}
