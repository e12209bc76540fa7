export { type Authenticated, authenticate } from './authenticate.ts';
export { exchangeStartToken, type SignedIn } from './exchange.ts';
export { issueToken, type TokenRequest } from './issue.ts';
