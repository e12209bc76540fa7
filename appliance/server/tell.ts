import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** What somebody needs to know once everything runs. */
export interface Up {
  readonly url: string;
  readonly startToken: string;
  readonly report: string;
  /** The certificate that it made for itself, where it did. */
  readonly ownCertificate?: { readonly certificateFile: string; readonly fingerprint: string };
  readonly pids: Readonly<Record<string, number | undefined>>;
}

/** Where the command line client looks by itself. */
const usualUrl = 'http://127.0.0.1:7400';

/** The last words of a start. */
export function tell({ url, startToken, report, ownCertificate }: Up, terminal: Terminal): void {
  const elsewhere = url === usualUrl ? '' : ` --url ${url}`;
  const page = `/v1/reports/${report}.html`;
  terminal.block([
    `  Assay ${version} is up. Ctrl-C ends it; started again it goes on where it was.`,
    '',
    `  API      ${url}  (described at ${url}/openapi.json)`,
    `  Report   ${url}${page}`,
    ...(ownCertificate
      ? [
          '',
          '  The certificate is one of its own; a browser warns once, and should show this fingerprint (SHA-256):',
          `  ${ownCertificate.fingerprint}`,
          `  Programs are told to trust it with NODE_EXTRA_CA_CERTS=${ownCertificate.certificateFile}`,
        ]
      : []),
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
