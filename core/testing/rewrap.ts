import { createLogger } from '../base/telemetry/index.ts';
import { composeDeps, type PartSettings } from '../compose.ts';
import { createRewrapper } from '../domain/keys/index.ts';

/** A process that does of a worker only the re-wrapping, in small batches, until it is killed. */
process.once('message', async (given: Omit<PartSettings, 'log'>) => {
  const log = createLogger({ level: 'silent', role: 'rewrap' });
  const deps = await composeDeps({ ...given, log }, 'worker');
  const rewrap = createRewrapper(deps, { stop: new AbortController().signal, batchRows: 10 });
  process.send?.('ready');
  for (;;) {
    await rewrap();
    process.send?.('done');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
