import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Plugin } from '@assay/client';
import { watch } from 'chokidar';
import { asked, authoring, tellFindings } from '../author.ts';
import { UsageError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';

/** Longer than an appliance takes to try twenty schemas on a busy laptop. */
const patienceMs = 30_000;
const lookMs = 50;
const quietMs = 60;

/** The version under development, as the appliance has it now. */
async function find({ client, signal }: Session, name: string): Promise<Plugin | undefined> {
  const plugins = await client.listPlugins({ signal });
  return plugins.find((each) => each.name === name && each.signature === 'unsigned');
}

/** Checks the folder, and waits until the appliance has it as it is. */
async function round(session: Session, folder: string, since: number): Promise<void> {
  const { terminal, signal } = session;
  const { checkPlugin } = await authoring();
  const { plugin, findings } = await asked(checkPlugin(folder));
  tellFindings(findings, terminal);
  const until = since + patienceMs;
  while (!signal.aborted && performance.now() < until) {
    const live = await find(session, plugin.name);
    if (live?.digest === plugin.digest) {
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      const said =
        live.state === 'enabled'
          ? `✓ live after ${seconds} s: ${live.tools.join(', ')} ${live.version}`
          : `✗ ${live.state}; what was live before is gone`;
      terminal.say(said);
      return;
    }
    await delay(lookMs);
  }
  if (!signal.aborted) terminal.say('! The appliance does not have this change; its own log says why.');
}

/**
 * Follows a folder: after every change what is wrong with it, and when the appliance has it. Ends with Ctrl-C.
 * @throws UsageError where the appliance does not follow that folder
 */
export async function develop(session: Session, folder: string): Promise<Outcome> {
  const { terminal, signal } = session;
  const directory = path.resolve(folder);
  const name = path.basename(directory);
  if (!(await find(session, name)))
    throw new UsageError(
      `The appliance at ${session.url} does not follow this folder. Start it so: ASSAY_PLUGINS_DEVELOPMENT='${JSON.stringify([directory])}' npm start`,
    );
  let changed = performance.now();
  let wake: (() => void) | undefined;
  const watcher = watch(directory, { ignoreInitial: true }).on('all', () => {
    changed = performance.now();
    wake?.();
  });
  signal.addEventListener('abort', () => wake?.());
  terminal.say(`Following ${folder}; Ctrl-C ends it.`);
  try {
    for (let seen = 0; !signal.aborted; ) {
      if (seen !== changed) {
        await delay(quietMs);
        seen = changed;
        await round(session, directory, seen);
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  } finally {
    await watcher.close();
  }
  return { text: '', data: { name } };
}
