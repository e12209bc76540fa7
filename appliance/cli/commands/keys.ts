import { setTimeout as delay } from 'node:timers/promises';
import type { Rotation } from '@assay/client';
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderFacts, renderTable } from '../table.ts';
import type { Runner } from './runner.ts';

const lookEveryMs = 500;

async function show({ client, signal, terminal }: Session): Promise<Outcome> {
  const keys = await client.getKeys({ signal });
  const facts = renderFacts([
    ['key source', keys.source.keyUri],
    ['keyring protected by', keys.source.protection],
    ['root key, version', keys.source.rootVersion],
    ["workspace's key, version", keys.workspaceVersion],
  ]);
  const rows = keys.rotations.map((r) => [r.key, r.toVersion, r.state, r.rewrapped, r.failed, r.startedAt]);
  const table = renderTable(['rotation of', 'to', 'state', 're-wrapped', 'failed', 'began'], rows, terminal);
  return { text: rows.length > 0 ? `${facts}\n\n${table}` : facts, data: keys };
}

async function rotate({ client, signal, terminal }: Session, key: Rotation['key']): Promise<Outcome> {
  let rotation = await client.rotateKey(key, { signal });
  while (rotation.state === 'running') {
    terminal.progress(`re-wrapping: ${rotation.rewrapped} of ${rotation.total}`);
    await delay(lookEveryMs, undefined, { signal });
    rotation = await client.getRotation(rotation.id, { signal });
  }
  const { rewrapped, failed, total, toVersion } = rotation;
  const left = Math.max(0, total - rewrapped - failed);
  const text = [
    `The ${key === 'root' ? 'root key' : "workspace's key"} is version ${toVersion} now.`,
    `${rewrapped} re-wrapped, ${left} left, ${failed} failed.`,
    ...rotation.failures.map((each) => `  ${each.kind} ${each.id}: ${each.reason}`),
  ].join('\n');
  return { text, data: rotation, ...(failed > 0 ? { code: exitCodes.unsound } : {}) };
}

export function addKeysCommands(program: Command, run: Runner): void {
  const keys = program.command('keys').description('keys under which everything is stored');
  keys
    .command('show')
    .description('where they are, and what was rotated last')
    .action(run((session) => show(session)));
  keys
    .command('rotate')
    .description('make the next version of a key, and wrap everything anew under it')
    .addOption(
      new Option('--key <key>', "the workspace's, or the root key of the installation")
        .choices(['workspace', 'root'])
        .default('workspace'),
    )
    .action(run((session, options: { key: Rotation['key'] }) => rotate(session, options.key)));
}
