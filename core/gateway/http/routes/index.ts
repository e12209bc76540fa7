import type { AnyRoute } from '../route.ts';
import * as datasets from './datasets.ts';
import { healthRoute } from './health.ts';
import { meRoute, signInRoute } from './identity.ts';
import * as jobs from './jobs.ts';
import { openapiRoute } from './openapi.ts';
import * as reports from './reports.ts';
import * as signIn from './sign-in.ts';
import * as tools from './tools.ts';

/** Every way in. */
export const routes: readonly AnyRoute[] = [
  healthRoute,
  openapiRoute,
  signInRoute,
  signIn.askRoute,
  signIn.enterRoute,
  meRoute,
  datasets.receiveRoute,
  datasets.listRoute,
  datasets.getRoute,
  datasets.contentRoute,
  tools.listRoute,
  tools.getRoute,
  tools.pluginsRoute,
  jobs.submitRoute,
  jobs.listRoute,
  jobs.getRoute,
  jobs.eventsRoute,
  jobs.cancelRoute,
  reports.jsonRoute,
  reports.htmlRoute,
];
