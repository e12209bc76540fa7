import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';

/** A syslog receiver on loopback that reads octet-counted frames (RFC 5425). */
export class SyslogReceiver {
  readonly messages: Buffer[] = [];
  /** Handshakes that were completed, as the receiver sees it. */
  connections = 0;
  /** While true, connections are cut as soon as they are there. */
  down = false;
  readonly #open = new Set<TLSSocket>();
  readonly #server;

  constructor(options: TlsOptions) {
    this.#server = createServer(options, (socket) => this.#serve(socket));
    this.#server.on('connection', (socket) => {
      if (this.down) socket.destroy();
    });
    // A client that was refused, or that refuses us.
    this.#server.on('tlsClientError', () => undefined);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection at once, as a crash does. */
  cut(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Stops reading, or starts again. */
  read(on: boolean): void {
    for (const socket of this.#open) on ? socket.resume() : socket.pause();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #serve(socket: TLSSocket): void {
    this.connections += 1;
    this.#open.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined).once('close', () => this.#open.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let space = rest.indexOf(' '); space > 0; space = rest.indexOf(' ')) {
        const end = space + 1 + Number(rest.toString('ascii', 0, space));
        if (rest.length < end) return;
        this.messages.push(rest.subarray(space + 1, end));
        rest = rest.subarray(end);
      }
    });
  }
}
