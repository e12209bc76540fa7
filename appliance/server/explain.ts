import { AssayError } from '@assay/sdk';

interface SystemError {
  readonly code?: string;
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
  readonly path?: string;
  readonly message?: string;
}

function explainAddress({ code, port = 7400, address, hostname }: SystemError): string | undefined {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use; end what uses it, or choose another: ASSAY_HTTP_PORT=${port + 1} npm start`;
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}; set ASSAY_HTTP_HOST to one that it has, 127.0.0.1 or 0.0.0.0 for instance.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The name "${hostname}" has no address; set ASSAY_HTTP_HOST (or the host in DATABASE_URL) to one that has.`;
  if (code === 'EACCES' && address)
    return `Port ${port} needs more rights than this user has; choose one above 1023 with ASSAY_HTTP_PORT.`;
  return undefined;
}

/** One sentence for the terminal: what is wrong and what to do. */
export function explain(error: unknown): string {
  if (error instanceof AssayError) return error.message;
  const given = error as SystemError;
  const { code, path, message } = given;
  if (code === 'ECONNREFUSED')
    return `The database does not answer (${message}); start it, or correct DATABASE_URL.`;
  if (code === 'EACCES' && given.address === undefined)
    return `${path ?? 'The data directory'} cannot be written by this user; choose another data directory with ASSAY_DATA.`;
  if (code === 'EPERM' || code === 'EROFS')
    return `${path ?? 'The data directory'} cannot be written; choose another data directory with ASSAY_DATA.`;
  if (code === 'ENOSPC')
    return `The disk is full${path ? ` (${path})` : ''}; free some space and start again.`;
  return explainAddress(given) ?? message ?? String(error);
}
