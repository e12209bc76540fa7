import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { AssayError } from '@assay/sdk';
import { frameSyslog } from './syslog.ts';

const firstDelayMs = 100;
const longestDelayMs = 30_000;
const keepAliveMs = 15_000;
/** How long a receiver has to refuse us after a handshake of TLS 1.3. */
const refusalMs = 300;

/** Where syslog goes. The receiver's certificate is always verified. */
export interface SyslogSenderOptions {
  readonly host: string;
  readonly port: number;
  /** PEM of the authorities that may have signed the receiver's certificate; no others are trusted. */
  readonly ca: string;
  /** PEM of our own certificate and its key, where the receiver asks for one. */
  readonly cert?: string;
  readonly key?: string;
  /** DNS name that the certificate must carry, if it is not `host`. */
  readonly serverName?: string;
  /** Longest time for a connection, for a message to be taken, and for the close. */
  readonly timeoutMs: number;
}

/** Delivers messages at least once, if the caller sends again what was rejected. */
export interface SyslogSender {
  /**
   * Resolves when the kernel took the bytes; messages go in the order of the calls. Connects when there is no
   * connection, after a pause that doubles with each failure (100 ms to 30 s).
   *
   * Syslog has no acknowledgement: what the kernel took just before a connection broke may be lost. Therefore the first
   * `send` after a break always rejects: a caller with a cursor then goes back by as much as it wants to be sure of.
   * @throws AssayError audit.sink_unavailable; `retryAfter` says when it is worth trying again
   */
  send(message: Uint8Array): Promise<void>;
  /** Lets what was taken go out, then ends the connection. Later sends reject. */
  close(): Promise<void>;
}

/** A sender over TLS 1.2 or newer (RFC 5425). Opens nothing until the first message. */
export function openSyslogSender(options: SyslogSenderOptions): SyslogSender {
  return new Sender(options);
}

class Sender implements SyslogSender {
  readonly #options: SyslogSenderOptions;
  /** The connection, open or on its way; every `send` waits for the same promise, which keeps their order. */
  #connection: Promise<TLSSocket> | undefined;
  #socket: TLSSocket | undefined;
  #closed = false;
  #failures = 0;
  /** Before this time (of `performance.now`) no new connection is tried. */
  #notBefore = 0;
  /** Messages that this connection took; those of a broken one, until that was reported. */
  #taken = 0;
  #lost = 0;

  constructor(options: SyslogSenderOptions) {
    this.#options = options;
  }

  async send(message: Uint8Array): Promise<void> {
    if (this.#closed) throw this.#unavailable('the sender was closed');
    if (this.#lost > 0) {
      const lost = this.#lost;
      this.#lost = 0;
      throw this.#unavailable(`the connection broke after ${lost} messages, the last of which may be lost`);
    }
    await this.#write(await this.#connected(), frameSyslog(message));
  }

  async close(): Promise<void> {
    this.#closed = true;
    // A failure to connect was told to whoever is sending.
    const socket = await this.#connection?.catch(() => undefined);
    if (socket === undefined || socket.closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.destroy(), this.#options.timeoutMs);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  async #connected(): Promise<TLSSocket> {
    this.#connection ??= this.#connect();
    const connection = this.#connection;
    try {
      return await connection;
    } catch (error) {
      if (this.#connection === connection) this.#connection = undefined;
      throw error;
    }
  }

  async #connect(): Promise<TLSSocket> {
    const waitMs = this.#notBefore - performance.now();
    if (waitMs > this.#options.timeoutMs) throw this.#unavailable('it failed a moment ago');
    if (waitMs > 0) await setTimeoutOf(waitMs);
    if (this.#closed) throw this.#unavailable('the sender was closed');
    this.#backOff();
    return this.#handshake();
  }

  /** A connection must take a message before the pause shrinks: a receiver that accepts and cuts is not well. */
  #backOff(): void {
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures);
    // Up to a quarter less, so that many senders do not come back at one moment.
    this.#notBefore = performance.now() + delay * (1 - Math.random() / 4);
    this.#failures = Math.min(this.#failures + 1, 20);
  }

  #handshake(): Promise<TLSSocket> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const socket = connect(tlsOptions(this.#options));
      const fail = (why: string, cause?: Error): void => {
        clearTimeout(timer);
        socket.destroy();
        reject(this.#unavailable(why, cause));
      };
      const timer = setTimeout(() => fail(`no connection within ${timeoutMs} ms`), timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        if (socket.destroyed) return;
        this.#socket = socket;
        resolve(socket);
      };
      // These stay after the promise is settled. An error is told by the write it hits, and must not end the process;
      // the peer's end is a break at once, because what is written after it would be taken and thrown away.
      const over = (cause?: Error): void => {
        fail(cause?.message ?? 'it ended the connection', cause);
        this.#break(socket);
      };
      socket.on('error', over);
      for (const event of ['end', 'close']) socket.once(event, () => over());
      socket.once('secureConnect', () => {
        socket.setKeepAlive(true, keepAliveMs).setNoDelay(true);
        // Receivers say nothing; without reading, the end of the connection would not be seen either.
        socket.resume();
        if (socket.getProtocol() !== 'TLSv1.3') return settle();
        // In TLS 1.3 our side is done before the receiver has judged our certificate; its session ticket says that it
        // has. Some send no ticket: then the time for a refusal has to do. Not inside the event: what is written while
        // OpenSSL still reads the ticket is taken and never sent (seen with Node 24.21).
        const refusal = setTimeout(settle, refusalMs);
        socket.once('session', () => setImmediate(settle));
        for (const event of ['session', 'close']) socket.once(event, () => clearTimeout(refusal));
      });
    });
  }

  #break(socket: TLSSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#connection = undefined;
    if (!this.#closed) this.#lost += this.#taken;
    this.#taken = 0;
  }

  #write(socket: TLSSocket, frame: Buffer): Promise<void> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        socket.destroy();
      }, timeoutMs);
      socket.write(frame, (error) => {
        clearTimeout(timer);
        if (error) {
          reject(this.#unavailable(late ? `it took no bytes for ${timeoutMs} ms` : error.message, error));
          return;
        }
        this.#taken += 1;
        this.#failures = 0;
        resolve();
      });
    });
  }

  #unavailable(why: string, cause?: Error): AssayError {
    const { host, port } = this.#options;
    const seconds = Math.max(0, Math.ceil((this.#notBefore - performance.now()) / 1_000));
    const extras = { retryAfter: seconds, ...(cause && { cause }) };
    return new AssayError('audit.sink_unavailable', `The syslog receiver ${host}:${port}: ${why}.`, extras);
  }
}

function tlsOptions({ host, port, ca, cert, key, serverName }: SyslogSenderOptions): ConnectionOptions {
  return {
    host,
    port,
    ca,
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
}

const setTimeoutOf = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
