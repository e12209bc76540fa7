import type { AnyRoute } from './route.ts';
import { routes } from './routes/index.ts';

/** What can be asked for over REST, and the permission that it takes. */
export const operations: readonly (Pick<AnyRoute, 'auth' | 'permission'> & { readonly name: string })[] =
  routes.map(({ method, path, auth, permission }) => ({ name: `${method} ${path}`, auth, permission }));
