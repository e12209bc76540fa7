import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { AssayError } from '@assay/sdk';
import { isLoopback, plainAddress, readNetworks } from './networks.ts';

/** Where a request came from and how, as far as that can be believed. Audit, log, limits and origin all ask here. */
export interface Caller {
  /** Empty where the caller had left before it was asked. */
  readonly address: string;
  /** Authority that the request was sent to, with the port. */
  readonly host: string;
  /** Whether it came over TLS: to us, or to a proxy that we trust. */
  readonly secure: boolean;
  /** Whether it came past the proxy that everybody has to come through, and is not answered. */
  readonly bypassed: boolean;
}

export interface CallerOptions {
  /** Address that the server listens on. */
  readonly host: string;
  /** Whether the server itself speaks TLS. */
  readonly tls: boolean;
  /** Networks of proxies, in CIDR form. */
  readonly trustedProxies: readonly string[];
}

/** More of them than there are proxies anywhere; what stands further left was written by strangers. */
const mostHops = 20;

/** `192.0.2.1` of `192.0.2.1:4711`, `2001:db8::1` of `[2001:db8::1]:4711`; undefined for anything else. */
function forwardedAddress(text: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+)(?::\d{1,5})?$/.exec(text)?.[1];
  const address = plainAddress(bare ?? text);
  return isIP(address) === 0 ? undefined : address;
}

function listed(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/**
 * The rightmost address that no proxy of ours has: each proxy puts the address that it saw at the right end, so what
 * stands left of the first stranger is that stranger's own word.
 */
function farthest(peer: string, header: string | string[] | undefined, isTrusted: (a: string) => boolean) {
  let client = peer;
  for (const hop of listed(header).slice(-mostHops).reverse()) {
    const address = forwardedAddress(hop);
    if (address === undefined) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

/** Also over an address of its own this machine speaks to itself; `remote` can then not be somebody else. */
function isThisMachine(remote: string, local: string): boolean {
  return remote === '127.0.0.1' || remote === '::1' || (remote !== '' && remote === local);
}

/**
 * How the caller of a request is known.
 * @throws AssayError `config.invalid` where anybody on the network could listen, or could say to be anybody
 */
export function createCallerReader({
  host,
  tls,
  trustedProxies,
}: CallerOptions): (request: IncomingMessage) => Caller {
  if (!tls && !isLoopback(host) && trustedProxies.length === 0)
    throw new AssayError(
      'config.invalid',
      `Plain HTTP on ${host} would send tokens in the clear over the network. Set http.certificateFile and http.keyFile, or name the proxy that speaks TLS in http.trustedProxies, or listen on 127.0.0.1.`,
    );
  const isTrusted = readNetworks('http.trustedProxies', trustedProxies);
  const proxied = !tls && trustedProxies.length > 0;
  return ({ socket, headers }) => {
    const peer = plainAddress(socket.remoteAddress);
    const direct = { address: peer, host: headers.host ?? '', secure: tls, bypassed: false };
    if (!isTrusted(peer))
      return { ...direct, bypassed: proxied && !isThisMachine(peer, plainAddress(socket.localAddress)) };
    const protocol = listed(headers['x-forwarded-proto']).at(-1)?.toLowerCase();
    return {
      address: farthest(peer, headers['x-forwarded-for'], isTrusted),
      host: listed(headers['x-forwarded-host']).at(-1) ?? direct.host,
      secure: protocol === 'https' || (protocol !== 'http' && tls),
      bypassed: false,
    };
  };
}
