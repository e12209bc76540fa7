export {
  type Expected,
  oauthSigningKeys,
} from './access-token.ts';
export { lockMembers, requireDispensable, requireOtherAdministrator } from './administrators.ts';
export type { Arrived } from './arrive.ts';
export type { Authenticated } from './authenticate.ts';
export { findMember } from './authenticate.ts';
export { createAuthenticator } from './authenticator.ts';
export { createToken, type NewTokenRequest } from './create-token.ts';
export { type Enrolled, enrol } from './enrol.ts';
export { exchangeStartToken, type SignedIn } from './exchange.ts';
export {
  type OwnWorkspace,
  recordConsent,
  recordGrantEnd,
  recordServiceGrant,
  workspacesOf,
} from './grant.ts';
export { issueToken, type TokenRequest } from './issue.ts';
export { listTokens } from './list-tokens.ts';
export { getMe, type MeView } from './me.ts';
export {
  type ClientView,
  findClient,
  importClient,
  listClients,
  recordRegistration,
  registerClient,
  removeClient,
} from './oauth-clients.ts';
export { type OAuthObjects, type OAuthPayload, oauthObjects } from './oauth-objects.ts';
export {
  changeFactor,
  changeOwnPassword,
  getOwnAccount,
  hasAccounts,
  type OwnAccount,
  signOut,
} from './own-account.ts';
export { endOwnSession, endSession, listSessions, type SessionView, sessionsOf } from './own-sessions.ts';
export { type GroupRole, signInWithProvider, type Vouched } from './provider.ts';
export { revokeToken } from './revoke-token.ts';
export { beginEnrolment, type Enrolment } from './second-factor.ts';
export {
  endSessions,
  findSession,
  type NewSession,
  type Session,
  type Stage,
  startSession,
} from './session.ts';
export {
  chooseWorkspace,
  enterCode,
  type From,
  recordFailure,
  replacePassword,
  signInWithPassword,
  signInWithStartToken,
} from './sign-in.ts';
export { sweepExpired } from './sweep.ts';
export type { TokenView } from './token-view.ts';
export { createUploadAddress, type UploadAddress, useUploadAddress } from './upload-address.ts';
export {
  createUser,
  forgetSignIn,
  listUsers,
  resetPassword,
  setUserDisabled,
  type UserView,
  type UserWithPassword,
} from './users.ts';
