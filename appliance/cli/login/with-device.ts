import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError } from '../exit.ts';
import { askForToken, clientId, type Endpoints, refused, scope } from './token-endpoint.ts';

interface Device {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly expires_in: number;
  readonly interval?: number;
}

/**
 * Device code (RFC 8628), for a machine without a browser: somebody types a short code in elsewhere.
 * @param show is told what to type, and where
 * @returns an access token for the REST API
 */
export async function signInWithDevice(
  endpoints: Endpoints,
  show: (code: string, address: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const asked = await fetch(endpoints.device_authorization_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, scope, resource: `${endpoints.issuer}/v1` }),
    signal,
    redirect: 'error',
  });
  if (!asked.ok) throw refused((await asked.json()) as { error?: string });
  const device = (await asked.json()) as Device;
  show(device.user_code, device.verification_uri);
  let seconds = device.interval ?? 5;
  for (let waited = 0; waited < device.expires_in; waited += seconds) {
    await delay(seconds * 1000, undefined, { signal });
    const answer = await askForToken(
      endpoints,
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code },
      signal,
    );
    if (answer.access_token) return answer.access_token;
    if (answer.error === 'slow_down') seconds += 5;
    else if (answer.error !== 'authorization_pending') throw refused(answer);
  }
  throw new RefusedError('Nobody typed the code in time; start again.');
}
