import { createHash } from 'node:crypto';
import { keyUnavailable } from '../wrapped-key.ts';
import { login, must, openSession, tokens } from './calls.ts';
import type { Device } from './device.ts';
import { DeviceFailure, inWords, isLost, isPinRefused, loginRefusal, TokenAbsent } from './failure.ts';
import type { OpenSession } from './keys.ts';
import { ulong } from './structures.ts';

export interface TokenName {
  readonly token: string;
  readonly pin: string;
}

/** One logged-in session with one token. What loses it opens it anew, once; a PIN that was refused is never tried again. */
export class TokenSession {
  readonly #device: Device;
  readonly #name: TokenName;
  #open: OpenSession | undefined;

  constructor(device: Device, name: TokenName) {
    this.#device = device;
    this.#name = name;
  }

  /** Runs an operation; failures of the device come out as `encryption.key_unavailable` in words. */
  run<T>(work: (at: OpenSession) => T): T {
    try {
      try {
        return work(this.#ready());
      } catch (error) {
        if (!isLost(error)) throw error;
        this.close();
        this.#device.restartFor(this);
        return work(this.#ready());
      }
    } catch (error) {
      if (!(error instanceof DeviceFailure || error instanceof TokenAbsent)) throw error;
      // A session that failed twice is not kept: the next operation begins with a new one.
      if (isLost(error)) this.close();
      throw inWords(error, this.#name.token);
    }
  }

  /** Fails unless the token is in its slot and this session is alive. */
  check(): void {
    this.run((at) => {
      must(at.cryptoki, 'C_GetSessionInfo', at.session, ulong(0, 4));
      if (tokens(at.cryptoki).some(({ label }) => label === this.#name.token)) return;
      // Some modules answer for a removed token from memory, until they are asked for the list.
      throw new DeviceFailure('C_GetTokenInfo', 0xe0);
    });
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    // Of a session that is lost, this is refused, and there is nothing left to close.
    if (open) open.cryptoki.call.C_CloseSession(open.session);
  }

  #ready(): OpenSession {
    if (this.#open) return this.#open;
    const { token, pin } = this.#name;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([token, pin]))
      .digest('hex');
    const refused = this.#device.refusedPins.get(fingerprint);
    if (refused) throw refused;
    const cryptoki = this.#device.cryptoki();
    const found = this.#device.token(token);
    const refusal = loginRefusal(found.flags, token);
    if (refusal) throw refusal;
    const session = openSession(cryptoki, found.slot);
    try {
      const entered = login(cryptoki, session, pin);
      // A second session is let in by the first one's PIN; a wrong one would show only at the next start.
      if (!entered && this.#device.enteredWith.get(token) !== fingerprint) throw otherPin(token);
      this.#device.enteredWith.set(token, fingerprint);
    } catch (error) {
      cryptoki.call.C_CloseSession(session);
      if (isPinRefused(error)) this.#device.refusedPins.set(fingerprint, error as DeviceFailure);
      throw error;
    }
    this.#open = { cryptoki, session, token, handles: new Map() };
    return this.#open;
  }
}

function otherPin(token: string): Error {
  return keyUnavailable(
    `The PKCS#11 token ${JSON.stringify(token)} is open in this process with another PIN than the one given here. ` +
      'One of the two is wrong; give the same right one everywhere.',
  );
}
