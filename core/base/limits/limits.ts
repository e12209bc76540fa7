import { AssayError } from '@assay/sdk';
import { createCounter } from './counter.ts';
import { type Ask, type GuardOptions, guardAsk } from './guarded-ask.ts';
import { Leases } from './leases.ts';

/** Section `limits` of the configuration. */
export interface LimitSettings {
  /** Requests a minute. */
  readonly requestsPerAddress: number;
  readonly requestsPerPrincipal: number;
  readonly requestsPerWorkspace: number;
  /** Attempts within a quarter of an hour. */
  readonly signInsPerAddress: number;
  readonly deviceCodesPerAddress: number;
}

export type RequestLimit = 'address' | 'principal' | 'workspace';
export type AttemptLimit = 'sign-in' | 'device-code';

/** How often somebody may do something. */
export interface Limits {
  /**
   * Counts one request; mostly without a round trip to the database.
   * @param key - an address (see `networkOf` of the gateway), the id of a principal or of a workspace
   * @throws AssayError `request.limit_exceeded` with `retryAfter`
   */
  request(by: RequestLimit, key: string): Promise<void>;
  /**
   * Counts one attempt at something that is guessed: a password, a code. Call it before the attempt is looked at; each
   * costs a round trip. By address; what is tried at one account is counted in `domain/identity/attempts`.
   * @throws AssayError `request.limit_exceeded` with `retryAfter`
   */
  attempt(kind: AttemptLimit, key: string): Promise<void>;
  /** Forgets the attempts: somebody proved to be who they are. */
  forgive(kind: AttemptLimit, key: string): Promise<void>;
}

export interface LimitOptions {
  readonly ask: Ask;
  /** Keys are stored as this keyed hash: an address is somebody's personal data. */
  readonly digest: (key: string) => string;
  readonly settings: LimitSettings;
  readonly onNews: GuardOptions['onNews'];
  /** @internal for tests on machines that are slow */
  readonly patienceMs?: number;
}

interface Kind {
  readonly points: number;
  readonly seconds: number;
  /** Points that are taken at once. */
  readonly block: number;
  /** `60,000 requests a minute from one address`, of the number. */
  readonly words: string;
}

const patienceMs = 1000;
const restMs = 2000;
const quarterHour = 15 * 60;

function kindsOf(settings: LimitSettings): Readonly<Record<RequestLimit | AttemptLimit, Kind>> {
  const requests = (points: number, words: string): Kind => ({
    points,
    seconds: 60,
    block: Math.ceil(points / 20),
    words: `requests a minute ${words}`,
  });
  const attempts = (points: number, words: string): Kind => ({
    points,
    seconds: quarterHour,
    block: 1,
    words: `${words} in ${quarterHour / 60} minutes`,
  });
  return {
    address: requests(settings.requestsPerAddress, 'from one address'),
    principal: requests(settings.requestsPerPrincipal, 'by one principal'),
    workspace: requests(settings.requestsPerWorkspace, 'in one workspace'),
    'sign-in': attempts(settings.signInsPerAddress, 'attempts to sign in from one address'),
    'device-code': attempts(settings.deviceCodesPerAddress, 'device codes from one address'),
  };
}

function exceeded({ points, words }: Kind, ms: number): AssayError {
  const seconds = Math.ceil(ms / 1000);
  return new AssayError(
    'request.limit_exceeded',
    `At most ${points.toLocaleString('en')} ${words} are taken; try again in ${seconds} s.`,
    { retryAfter: seconds },
  );
}

/** All limits of one process. */
export function createLimits({ ask, digest, settings, onNews, ...given }: LimitOptions): Limits {
  const guarded = guardAsk(ask, { patienceMs: given.patienceMs ?? patienceMs, restMs, onNews });
  const kinds = kindsOf(settings);
  const leases = Object.fromEntries(
    Object.entries(kinds).map(([name, { points, seconds, block }]) => {
      const counter = createCounter({ name, points, seconds }, guarded);
      const hashed = {
        take: async (key: string, wanted: number) => counter.take(digest(key), wanted),
        forget: async (key: string) => counter.forget(digest(key)),
        sweep: () => counter.sweep(),
      };
      return [name, new Leases(hashed, block)];
    }),
  );
  const spend = async (name: RequestLimit | AttemptLimit, key: string) => {
    const ms = (await leases[name]?.spend(key)) ?? 0;
    if (ms > 0) throw exceeded(kinds[name], ms);
  };
  return {
    request: spend,
    attempt: spend,
    async forgive(kind, key) {
      await leases[kind]?.forget(key);
    },
  };
}
