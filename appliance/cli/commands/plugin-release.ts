import { readFile } from 'node:fs/promises';
import type { KeyKind } from '@assay/authoring';
import { type Command, Option } from 'commander';
import { asked, authoring, tellFindings } from '../author.ts';
import { exitCodes, UsageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

interface Flags {
  readonly json?: boolean;
  readonly into: string;
  readonly kind: KeyKind;
  readonly key: string;
  readonly passphraseFile?: string;
}

/** The first line of a file: what is given on a command line, others can read. */
async function passphraseOf({ passphraseFile }: Flags): Promise<string | undefined> {
  if (passphraseFile === undefined) return undefined;
  try {
    const [line = ''] = (await readFile(passphraseFile, 'utf8')).split('\n');
    if (line !== '') return line;
  } catch (cause) {
    throw new UsageError(`${passphraseFile} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`, {
      cause,
    });
  }
  throw new UsageError(`${passphraseFile} has no passphrase in its first line.`);
}

async function pack(folder: string, flags: Flags, terminal: Terminal): Promise<boolean> {
  const { packInto } = await authoring();
  const { findings, file, packed } = await asked(packInto(folder, flags.into));
  if (!file || !packed) {
    tellFindings(findings, terminal);
    terminal.say('Nothing was packed.');
    return false;
  }
  const { name, version, digest, sha256 } = packed;
  if (flags.json) terminal.print(JSON.stringify({ file, name, version, digest, sha256 }, null, 2));
  else
    terminal.print(`${file}\nplugin  ${digest}\npackage sha256:${sha256}\nNext: assay plugin sign ${file}`);
  return true;
}

async function makeKey(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { makeKey } = await authoring();
  const { id } = await asked(makeKey(file, flags.kind, await passphraseOf(flags)));
  if (flags.json) return terminal.print(JSON.stringify({ key: file, public: `${file}.pub`, id }, null, 2));
  terminal.print(
    `${file} is yours alone: keep it, and a copy where nobody else is.\n${file}.pub is for those who are to trust you.\nkey ${id}`,
  );
}

async function sign(file: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { signFile } = await authoring();
  const { signature, keyId } = await asked(signFile(file, flags.key, await passphraseOf(flags)));
  if (flags.json) return terminal.print(JSON.stringify({ signature, key: keyId }, null, 2));
  terminal.print(`${signature}\nkey ${keyId}\nNext: assay plugin publish ${file}`);
}

interface TrustFlags {
  readonly json?: boolean;
  readonly publisher?: string;
  readonly plugins?: readonly string[];
  readonly revoker?: boolean;
  readonly policy: string;
  readonly own?: boolean;
  readonly threshold: string;
}

async function trust(keyFiles: readonly string[], flags: TrustFlags, terminal: Terminal): Promise<void> {
  const { trustPublisher, trustRevokers } = await authoring();
  const { publisher: name, plugins, policy, own = false, threshold, revoker } = flags;
  if (revoker) {
    await asked(trustRevokers(policy, keyFiles));
    return terminal.print(
      flags.json
        ? JSON.stringify({ policy }, null, 2)
        : `${policy} takes lists of what is revoked from ${keyFiles.join(', ')}.`,
    );
  }
  if (name === undefined || plugins === undefined)
    throw new UsageError('A publisher has a --publisher and --plugins; who revokes is named with --revoker.');
  if (!/^[1-9]\d?$/.test(threshold))
    throw new UsageError(`--threshold takes a number of keys, not "${threshold}".`);
  await asked(trustPublisher(policy, { name, plugins, keyFiles, own, threshold: Number(threshold) }));
  if (flags.json) return terminal.print(JSON.stringify({ policy, publisher: name, plugins }, null, 2));
  terminal.print(
    `${policy} trusts ${name} with ${plugins.map((prefix) => `${prefix} and ${prefix}-…`).join(', ')}.`,
  );
}

/** What an author does once a plugin is well: keys, package, signature. */
export function addReleaseCommands(plugin: Command, terminal: Terminal, end: (code: number) => void): void {
  const flagsOf = (command: Command) => command.optsWithGlobals<Flags>();
  const passphrase = () =>
    new Option(
      '--passphrase-file <file>',
      'whose first line opens the private key (without one it lies open)',
    );
  plugin
    .command('key <file>')
    .description('make the pair of keys that you sign with; the public one goes to who is to trust you')
    .addOption(new Option('--kind <kind>', 'of the keys').choices(['ed25519', 'p-256']).default('ed25519'))
    .addOption(passphrase())
    .action(async (file: string, _: unknown, command: Command) => {
      await makeKey(file, flagsOf(command), terminal);
      end(exitCodes.ok);
    });
  plugin
    .command('pack <folder>')
    .description('make one file of a plugin that is sound; the same plugin gives the same file everywhere')
    .option('--into <folder>', 'where it is written', '.')
    .action(async (folder: string, _: unknown, command: Command) => {
      end((await pack(folder, flagsOf(command), terminal)) ? exitCodes.ok : exitCodes.unsound);
    });
  plugin
    .command('sign <package>')
    .description('sign a package, in a file beside it; several keys have a file each')
    .addOption(new Option('--key <file>', 'private key of the publisher').makeOptionMandatory())
    .addOption(passphrase())
    .action(async (file: string, _: unknown, command: Command) => {
      await sign(file, flagsOf(command), terminal);
      end(exitCodes.ok);
    });
  plugin
    .command('docs <folder>')
    .description('write the reference page of a plugin, in Markdown, from its manifests')
    .action(async (folder: string, _: unknown, command: Command) => {
      const { describePlugin } = await authoring();
      const page = await asked(describePlugin(folder));
      terminal.print(flagsOf(command).json ? JSON.stringify({ page }, null, 2) : page);
      end(exitCodes.ok);
    });
  plugin
    .command('trust <key...>')
    .description('for operators: write a publisher with its public keys into a trust policy')
    .option('--publisher <name>', 'what people call it')
    .option('--plugins <name...>', 'names of its plugins: acme stands for acme and acme-…')
    .option('--policy <file>', 'the policy; made where it is not there', 'trust.json')
    .option('--own', 'of this organisation: bubblewrap is wall enough for its tools; others need containers')
    .option('--revoker', 'the keys sign lists of what is revoked, and no plugins')
    .option('--threshold <number>', 'how many of the keys must sign', '1')
    .action(async (keys: string[], _: unknown, command: Command) => {
      await trust(keys, command.optsWithGlobals<TrustFlags>(), terminal);
      end(exitCodes.ok);
    });
  plugin
    .command('sign-revocations <list>')
    .description('for operators: sign a list of what is revoked (JSON), in a file beside it')
    .addOption(
      new Option('--key <file>', 'private key that the trust policy names for it').makeOptionMandatory(),
    )
    .addOption(passphrase())
    .action(async (file: string, _: unknown, command: Command) => {
      const { signRevocationList } = await authoring();
      const flags = flagsOf(command);
      const signed = await asked(signRevocationList(file, flags.key, await passphraseOf(flags)));
      terminal.print(
        flags.json ? JSON.stringify({ signed }, null, 2) : `${signed}\nNext: assay plugin revoke ${signed}`,
      );
      end(exitCodes.ok);
    });
}
