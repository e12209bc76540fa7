export type { Authenticated } from './authenticate.ts';
export { createAuthenticator } from './authenticator.ts';
export { exchangeStartToken, type SignedIn } from './exchange.ts';
export { issueToken, type TokenRequest } from './issue.ts';
