import { BlockList, isIP } from 'node:net';
import { AssayError } from '@assay/sdk';

/** An address in its one spelling: IPv4 that came over an IPv6 socket as IPv4, and without a zone. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** True for names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const address = plainAddress(host);
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
}

/**
 * A question about an address: is it in one of these networks?
 * @param networks - such as `10.1.0.0/24`, `fd00::/8` or a single address
 * @throws AssayError `config.invalid` for what is no network, or is everybody
 */
export function readNetworks(setting: string, networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [, base = '', bits] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(network.trim()) ?? [];
    const version = isIP(base);
    const most = version === 6 ? 128 : 32;
    const length = bits === undefined ? most : Number(bits);
    if (version === 0 || length > most)
      throw new AssayError('config.invalid', `${setting}: "${network}" is no network, such as 10.1.0.0/24.`);
    if (length === 0)
      throw new AssayError(
        'config.invalid',
        `${setting}: "${network}" is every address there is; name the proxy.`,
      );
    list.addSubnet(base, length, version === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Eight groups of an IPv6 address; what stands for zeros is written out. */
function groups(address: string): string[] {
  // The address parser of the web knows every spelling, and writes an IPv4 tail as two groups.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

/** What counts as one address for a limit: whoever has one IPv6 address has the whole /64 it lies in. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  return `${groups(address).slice(0, 4).join(':')}::/64`;
}

/** How this machine itself reaches a listener; what listens on every address is reached on loopback. */
export function localUrl({ protocol, host, port }: { protocol: string; host: string; port: number }): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `${protocol}://${isIP(reached) === 6 ? `[${reached}]` : reached}:${port}`;
}
