import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { createClient } from '@assay/client';
import type { Command } from 'commander';
import { writeCredentials } from '../credentials.ts';
import { findEndpoints } from '../login/token-endpoint.ts';
import { signInWithBrowser } from '../login/with-browser.ts';
import { signInWithDevice } from '../login/with-device.ts';
import type { Outcome, Session } from '../session.ts';
import type { Runner } from './runner.ts';

const days = 90;

/** Opens an address in the browser of this machine; where there is none, it was printed anyway. */
function openBrowser(address: string): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

async function login(
  { url, terminal, signal }: Session,
  options: { readonly device?: true; readonly browser: boolean },
): Promise<Outcome> {
  const endpoints = await findEndpoints(url, signal);
  const access = options.device
    ? await signInWithDevice(
        endpoints,
        (code, address) => terminal.say(`Open ${address} in a browser and type ${code}`),
        signal,
      )
    : await signInWithBrowser(
        endpoints,
        (address) => {
          terminal.say(`Open this address in a browser on this machine:\n${address}`);
          if (options.browser) openBrowser(address);
        },
        signal,
      );
  const client = createClient({ url, token: access });
  const me = await client.me({ signal });
  const scopes = ['tools:read', 'jobs:submit', 'data:export', 'admin'] as const;
  const { token } = await client.createToken(
    { name: `assay on ${hostname()}`.slice(0, 80), scopes: [...scopes], days },
    { signal },
  );
  const file = await writeCredentials(terminal.environment, { url, token });
  const { name, role } = me.principal;
  return {
    text: `Signed in at ${url} as ${name} (${role}), workspace ${me.workspace.name}.\nA token for ${days} days is in ${file}; "assay token list" shows it.`,
    data: { url, principal: me.principal, workspace: me.workspace, file },
  };
}

export function addLoginCommand(program: Command, run: Runner): void {
  program
    .command('login')
    .description('sign in through the browser, or with a code typed in elsewhere, and remember it')
    .option('--device', 'show a code to type in on another machine')
    .option('--no-browser', 'print the address, and open no browser')
    .action(run((session, options: { device?: true; browser: boolean }) => login(session, options)));
}
