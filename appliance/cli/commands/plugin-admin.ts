import { readFile } from 'node:fs/promises';
import type { Plugin, PluginReceipt } from '@assay/client';
import type { Command } from 'commander';
import { asked, authoring } from '../author.ts';
import { UsageError } from '../exit.ts';
import type { Outcome, Session } from '../session.ts';
import { renderTable } from '../table.ts';
import { develop } from './plugin-dev.ts';
import { tellDifferences } from './plugin-diff.ts';
import type { Runner } from './runner.ts';

function requireVersion(name: string): string {
  if (/^[a-z][a-z0-9-]*@\d+\.\d+\.\d+$/.test(name)) return name;
  throw new UsageError(`"${name}" names no version of a plugin; one looks like acme-dose@1.0.0.`);
}

async function install(session: Session, released: { bytes: Buffer; signatures: readonly string[] }) {
  const { client, signal, terminal } = session;
  terminal.progress('signatures, files and schemas are checked…');
  try {
    return await client.installPlugin(
      { package: released.bytes.toString('base64'), signatures: [...released.signatures] },
      { signal },
    );
  } finally {
    terminal.clear();
  }
}

/** What was let in, and what is still to be granted before this workspace uses it. */
async function tellReceipt({ client, signal }: Session, receipt: PluginReceipt): Promise<Outcome> {
  const { name, version, digest, publisher, keys } = receipt;
  const signed = keys.map((key) => key.slice(0, 16)).join(', ');
  const all = await client.listPlugins({ signal });
  const waiting = all.filter((each) => each.name === name && each.version === version).flatMap(askFor);
  const text = [
    `${name} ${version} of ${publisher} is installed, signed with ${signed}.`,
    digest,
    ...waiting,
  ];
  return { text: text.join('\n'), data: receipt };
}

function askFor({ name, version, missing }: Plugin): string[] {
  if (missing.length === 0) return [];
  return [`${name} ${version} asks for ${missing.join(', ')}: assay plugin grant ${name}@${version}`];
}

async function publish(session: Session, file: string, { to }: { readonly to?: string }): Promise<Outcome> {
  const { publishInto, readReleased } = await authoring();
  if (to === undefined) return tellReceipt(session, await install(session, await asked(readReleased(file))));
  const published = await asked(publishInto(to, file));
  const text = `${published.name} ${published.version} is in ${to}, as ${published.file}.\n${published.digest}`;
  return { text, data: published };
}

async function installFrom(
  session: Session,
  wanted: string,
  { from }: { readonly from: string },
): Promise<Outcome> {
  const { takeFrom } = await authoring();
  return tellReceipt(session, await install(session, await asked(takeFrom(from, wanted))));
}

function row({ name, version, state, trust, signature, tools, deprecated, missing }: Plugin): string[] {
  const stands = [
    state,
    ...(deprecated ? ['deprecated'] : []),
    ...(missing.length > 0 ? ['waits for a grant'] : []),
  ];
  return [name, version, stands.join(', '), trust, signature, String(tools.length)];
}

async function list(
  { client, signal, terminal }: Session,
  { from }: { readonly from?: string },
): Promise<Outcome> {
  if (from !== undefined) {
    const { listRegistry } = await authoring();
    const found = await asked(listRegistry(from));
    const rows = found.map((each) => [each.name, each.version, each.title, each.digest]);
    return { text: renderTable(['plugin', 'version', 'title', 'digest'], rows, terminal), data: found };
  }
  const [items, pins] = await Promise.all([client.listPlugins({ signal }), client.listPins({ signal })]);
  const pinned = pins.map((each) => `This workspace is pinned to ${each.plugin} ${each.version}.`);
  const reasons = items.flatMap(({ name, version, state, reasons: why }) =>
    state === 'enabled' ? [] : why.map((each) => `${name} ${version}: ${each}`),
  );
  const table = renderTable(
    ['plugin', 'version', 'state', 'trust', 'signature', 'tools'],
    items.map(row),
    terminal,
  );
  return { text: [table, ...reasons, ...items.flatMap(askFor), ...pinned].join('\n'), data: items };
}

async function change(
  session: Session,
  version: string,
  what: Parameters<Session['client']['changePlugin']>[1],
  said: string,
) {
  const data = await session.client.changePlugin(requireVersion(version), what, { signal: session.signal });
  return { text: `${version} ${said}.`, data };
}

async function remove({ client, signal }: Session, version: string): Promise<Outcome> {
  await client.removePlugin(requireVersion(version), { signal });
  return { text: `${version} is gone; what was made with it stays.`, data: { version } };
}

async function pin({ client, signal }: Session, version: string): Promise<Outcome> {
  if (!/^[a-z][a-z0-9-]*@[\^~]?\d+(\.\d+){0,2}$/.test(version))
    throw new UsageError(
      `"${version}" names no version of a plugin; one looks like acme-dose@1.0.0, or acme-dose@^1.`,
    );
  const data = await client.pinPlugin(version, { signal });
  return { text: `Where this workspace names no version of ${data.plugin}, it means ${data.version}.`, data };
}

async function unpin({ client, signal }: Session, plugin: string): Promise<Outcome> {
  await client.unpinPlugin(plugin, { signal });
  return {
    text: `Where this workspace names no version of ${plugin}, it means the newest.`,
    data: { plugin },
  };
}

async function grant({ client, signal }: Session, version: string): Promise<Outcome> {
  const data = await client.grantPlugin(requireVersion(version), { signal });
  const { memoryMb, seconds, outputMb } = data.granted;
  return {
    text: `This workspace lets ${data.plugin} have ${memoryMb} MB of memory, ${seconds} s and ${outputMb} MB of output a run. A version that asks for more waits.`,
    data,
  };
}

async function fetchPackage(
  { client, signal }: Session,
  version: string,
  { to }: { readonly to: string },
): Promise<Outcome> {
  const { putInto } = await authoring();
  const given = await client.getPackage(requireVersion(version), { signal });
  const released = { bytes: Buffer.from(given.package, 'base64'), signatures: given.signatures };
  const published = await asked(putInto(to, released));
  return {
    text: `${published.name} ${published.version} is in ${to}, as ${published.file}.\n${published.digest}`,
    data: published,
  };
}

async function changes(
  { client, signal }: Session,
  version: string,
  { from }: { readonly from?: string },
): Promise<Outcome> {
  const data = await client.listChanges(requireVersion(version), from, { signal });
  const lines = tellDifferences(data.differences);
  const none = lines.length === 0 ? ['Its manifests say the same.'] : lines;
  return { text: [`${data.from} -> ${data.to}`, ...none].join('\n'), data };
}

async function withdraw({ client, signal }: Session, plugin: string): Promise<Outcome> {
  await client.withdrawGrant(plugin, { signal });
  return { text: `${plugin} takes no job of this workspace any more.`, data: { plugin } };
}

async function revoke({ client, signal }: Session, file: string): Promise<Outcome> {
  const list = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${cause.code}.`, { cause });
  });
  const data = await client.importRevocations(list, { signal });
  return { text: `List ${data.number} is in force until ${data.expires}.`, data };
}

/** Plugins of an appliance: how they come, stand and go. */
export function addPluginAdminCommands(plugin: Command, run: Runner): void {
  plugin
    .command('dev <folder>')
    .description('follow a folder: what is wrong with it after every change, and when the appliance has it')
    .action(run((session, folder: string) => develop(session, folder)));
  plugin
    .command('publish <package>')
    .description(
      'install a signed package in the appliance, or put it into a folder that serves as a registry',
    )
    .option('--to <folder>', 'such a folder; then no appliance is asked')
    .action(run((session, file: string, options: { to?: string }) => publish(session, file, options)));
  plugin
    .command('install <plugin>')
    .description(
      'install a version out of a folder that serves as a registry: acme-dose, acme-dose@1.2.0, acme-dose@^1',
    )
    .requiredOption('--from <folder>', 'the folder')
    .action(
      run((session, wanted: string, options: { from: string }) => installFrom(session, wanted, options)),
    );
  plugin
    .command('fetch <version>')
    .description(
      'take a package out of the appliance (acme-dose@1.0.0) into a folder that serves as a registry',
    )
    .requiredOption('--to <folder>', 'the folder')
    .action(
      run((session, version: string, options: { to: string }) => fetchPackage(session, version, options)),
    );
  plugin
    .command('list')
    .description(
      'the plugins of the appliance, every version, with who vouches for it and why one is not enabled',
    )
    .option('--from <folder>', 'those of a folder that serves as a registry instead')
    .action(run((session, options: { from?: string }) => list(session, options)));
  plugin
    .command('disable <version>')
    .description('let a version (acme-dose@1.0.0) take no more jobs')
    .requiredOption('--reason <words>', 'why, for everybody')
    .action(
      run((session, version: string, { reason }: { reason: string }) =>
        change(session, version, { disabled: reason }, 'takes no more jobs'),
      ),
    );
  plugin
    .command('enable <version>')
    .description('let a version take jobs again')
    .action(
      run((session, version: string) => change(session, version, { disabled: null }, 'takes jobs again')),
    );
  plugin
    .command('deprecate <version>')
    .description('let others be meant where no version is named; it still answers')
    .requiredOption('--reason <words>', 'what to use instead, or until when')
    .action(
      run((session, version: string, { reason }: { reason: string }) =>
        change(session, version, { deprecated: reason }, 'is deprecated'),
      ),
    );
  plugin
    .command('changes <version>')
    .description(
      'say what an installed version changes: what it asks for, inputs, parameters, output, texts; packages have "diff"',
    )
    .option('--from <version>', 'an older one (1.0.0); usually the newest that this workspace uses')
    .action(
      run((session, version: string, options: { from?: string }) => changes(session, version, options)),
    );
  plugin
    .command('grant <version>')
    .description('let a plugin have in this workspace what a version of it (acme-dose@1.0.0) asks for')
    .action(run((session, version: string) => grant(session, version)));
  plugin
    .command('withdraw <plugin>')
    .description('take a grant back: the plugin takes no job of this workspace any more')
    .action(run((session, name: string) => withdraw(session, name)));
  plugin
    .command('pin <version>')
    .description('fix which version this workspace means where it names none: acme-dose@1.0.0, acme-dose@^1')
    .action(run((session, version: string) => pin(session, version)));
  plugin
    .command('unpin <plugin>')
    .description('let this workspace mean the newest version again')
    .action(run((session, name: string) => unpin(session, name)));
  plugin
    .command('remove <version>')
    .description('take a version away, where no job needs it')
    .action(run((session, version: string) => remove(session, version)));
  plugin
    .command('revoke <file>')
    .description('import a signed list of what is revoked; it holds at once')
    .action(run((session, file: string) => revoke(session, file)));
}
