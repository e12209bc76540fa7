import { type Client, createClient } from '@assay/client';
import { readCredentials } from './credentials.ts';
import { UsageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Session {
  readonly client: Client;
  readonly url: string;
  /** What the caller signed in with. */
  readonly token: string | undefined;
  readonly terminal: Terminal;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a command found or did, for people and for programs. */
export interface Outcome {
  readonly text: string;
  readonly data: unknown;
  readonly code?: number;
}

const defaultUrl = 'http://127.0.0.1:7400';

function readUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:\/\//.test(text))
    throw new UsageError(`"${text}" is no address; it looks like ${defaultUrl}.`);
  return text.replace(/\/+$/, '');
}

/**
 * Flags first, then the environment, then what signing in has left. A stored token goes to the address that it came
 * from and nowhere else.
 */
export async function openSession(
  options: GlobalOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Session> {
  const { environment } = terminal;
  const stored = await readCredentials(environment);
  const url = readUrl(options.url ?? environment.ASSAY_URL ?? stored?.url ?? defaultUrl);
  const own = stored && readUrl(stored.url) === url ? stored.token : undefined;
  const token = options.token ?? environment.ASSAY_TOKEN ?? own;
  return { client: createClient({ url, ...(token ? { token } : {}) }), url, token, terminal, signal };
}
