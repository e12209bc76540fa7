import { keyUnavailable } from '../wrapped-key.ts';
import { initialize, must, type TokenInfo, tokens } from './calls.ts';
import { type Cryptoki, loadCryptoki } from './cryptoki.ts';
import { DeviceFailure, TokenAbsent } from './failure.ts';
import { type TokenName, TokenSession } from './session.ts';

/** A module and the sessions with its tokens; initialised while there is one, and once for all of them. */
export class Device {
  readonly #module: string;
  readonly #sessions = new Map<number, TokenSession>();
  #loaded: Cryptoki | undefined;
  /** Whether it was us who initialised it, so that we are the ones to finalize it. */
  #ours = false;
  #initialized = false;
  /** Of PINs that a token refused, until the process ends: a hash, and what the token said. */
  readonly refusedPins = new Map<string, DeviceFailure>();
  /** Of the PIN that the process is logged in with, a hash for each token. */
  readonly enteredWith = new Map<string, string>();

  constructor(module: string) {
    this.#module = module;
  }

  async open(id: number, name: TokenName): Promise<void> {
    this.#loaded ??= await loadCryptoki(this.#module);
    const session = new TokenSession(this, name);
    this.#sessions.set(id, session);
    try {
      session.check();
    } catch (error) {
      this.close(id);
      throw error;
    }
  }

  session(id: number): TokenSession {
    const session = this.#sessions.get(id);
    if (!session) throw keyUnavailable('The PKCS#11 token was closed. Open it again before it is used.');
    return session;
  }

  close(id: number): void {
    this.#sessions.get(id)?.close();
    this.#sessions.delete(id);
    if (this.#sessions.size === 0) this.#finalize();
  }

  /** The module, initialised. */
  cryptoki(): Cryptoki {
    const cryptoki = this.#loaded;
    if (!cryptoki) throw keyUnavailable(`The PKCS#11 module ${this.#module} is not loaded.`);
    if (!this.#initialized) {
      this.#ours = initialize(cryptoki);
      this.#initialized = true;
    }
    return cryptoki;
  }

  /** Initialised anew a module sees tokens that came and went; not while another session would be torn down by it. */
  restartFor(session: TokenSession): void {
    if ([...this.#sessions.values()].every((other) => other === session)) this.#finalize();
  }

  token(label: string): TokenInfo {
    const all = tokens(this.cryptoki());
    const found = all.filter((token) => token.label === label);
    if (found.length === 1) return found[0] as TokenInfo;
    if (found.length > 1)
      throw keyUnavailable(
        `There are ${found.length} PKCS#11 tokens ${JSON.stringify(label)}; give each a label of its own.`,
      );
    const there = all.map((token) => JSON.stringify(token.label)).filter((name) => name !== '""');
    throw new TokenAbsent(
      `There is no PKCS#11 token ${JSON.stringify(label)}. ` +
        (there.length > 0 ? `There are: ${there.join(', ')}.` : 'The module sees no token at all.') +
        ' Was it removed, is its device reachable, is the label spelt as the token has it?',
    );
  }

  #finalize(): void {
    const cryptoki = this.#loaded;
    if (!cryptoki || !this.#initialized) return;
    this.#initialized = false;
    this.enteredWith.clear();
    if (!this.#ours) return;
    try {
      must(cryptoki, 'C_Finalize', null);
    } catch (error) {
      // Somebody else finalized it before us; then it is as it should be.
      if (!(error instanceof DeviceFailure) || error.value !== 'CKR_CRYPTOKI_NOT_INITIALIZED') throw error;
    }
  }
}
