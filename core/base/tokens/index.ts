export { type AccessClaims, verifyAccessToken } from './access-token.ts';
export { type SigningKeys, signingKeys } from './signing-keys.ts';
