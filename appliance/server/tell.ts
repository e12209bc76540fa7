import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** What somebody needs to know once everything runs. */
export interface Up {
  readonly url: string;
  readonly startToken: string;
  readonly report: string;
  readonly pids: Readonly<Record<string, number | undefined>>;
}

/** Where the command line client looks by itself. */
const usualUrl = 'http://127.0.0.1:7400';

/** The last words of a start. */
export function tell({ url, startToken, report }: Up, terminal: Terminal): void {
  const elsewhere = url === usualUrl ? '' : ` --url ${url}`;
  const page = `/v1/reports/${report}.html`;
  terminal.block([
    `  Assay ${version} is up. Ctrl-C ends it; started again it goes on where it was.`,
    '',
    `  API      ${url}  (described at ${url}/openapi.json)`,
    `  Report   ${url}${page}`,
    '',
    '  To sign in, use this once within 24 hours, in a browser (it then shows the report):',
    '',
    `  ${url}/sign-in?token=${startToken}&next=${page}`,
    '',
    '  or in a terminal, in this folder:',
    '',
    `  npx assay sign-in ${startToken}${elsewhere}`,
  ]);
}
