import type { AnyRoute } from '../route.ts';
import * as audit from './audit.ts';
import * as clients from './clients.ts';
import * as datasets from './datasets.ts';
import * as erasures from './erasures.ts';
import { healthRoute } from './health.ts';
import { meRoute, signInRoute } from './identity.ts';
import * as jobs from './jobs.ts';
import * as keys from './keys.ts';
import * as members from './members.ts';
import { openapiRoute } from './openapi.ts';
import * as plugins from './plugins.ts';
import * as quotas from './quotas.ts';
import * as reports from './reports.ts';
import { serverJsonRoute } from './server-json.ts';
import * as sessions from './sessions.ts';
import * as account from './sign-in/account.ts';
import * as signIn from './sign-in/pages.ts';
import * as tokens from './tokens.ts';
import * as tools from './tools.ts';
import * as uploads from './uploads.ts';
import * as users from './users.ts';
import * as workspaces from './workspaces.ts';

/** Every way in. */
export const routes: readonly AnyRoute[] = [
  healthRoute,
  openapiRoute,
  serverJsonRoute,
  signInRoute,
  ...signIn.routes,
  ...account.routes,
  meRoute,
  tokens.listRoute,
  tokens.createRoute,
  tokens.revokeRoute,
  members.listRoute,
  members.addRoute,
  members.changeRoute,
  members.removeRoute,
  members.serviceRoute,
  members.rolesRoute,
  workspaces.listRoute,
  workspaces.createRoute,
  workspaces.renameRoute,
  uploads.offerRoute,
  uploads.takeRoute,
  datasets.receiveRoute,
  datasets.listRoute,
  datasets.getRoute,
  datasets.lineageRoute,
  datasets.contentRoute,
  tools.listRoute,
  tools.getRoute,
  plugins.listRoute,
  plugins.installRoute,
  plugins.changeRoute,
  plugins.removeRoute,
  plugins.packageRoute,
  plugins.changesRoute,
  plugins.revokeRoute,
  plugins.grantsRoute,
  plugins.grantRoute,
  plugins.withdrawRoute,
  plugins.pinsRoute,
  plugins.pinRoute,
  plugins.unpinRoute,
  jobs.submitRoute,
  jobs.listRoute,
  jobs.getRoute,
  jobs.eventsRoute,
  jobs.cancelRoute,
  reports.jsonRoute,
  reports.htmlRoute,
  erasures.eraseRoute,
  erasures.listRoute,
  erasures.getRoute,
  audit.listRoute,
  audit.exportRoute,
  audit.proofRoute,
  audit.keysRoute,
  keys.getRoute,
  keys.rotateRoute,
  keys.rotationRoute,
  clients.listRoute,
  clients.registerRoute,
  clients.importRoute,
  clients.removeRoute,
  ...users.routes,
  sessions.listRoute,
  sessions.endRoute,
  quotas.listRoute,
  quotas.setRoute,
];
