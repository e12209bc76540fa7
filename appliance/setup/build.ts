import path from 'node:path';
import { buildPackage, publishedPackages } from './packages.ts';

/** `npm run build`: the packages that others build on, in `dist` of each, ready to be packed; lerna publishes them from there. */
for (const name of publishedPackages) {
  const folder = path.join('core', name, 'dist');
  await buildPackage(name, path.resolve(import.meta.dirname, '../..', folder));
  process.stdout.write(`✓ ${folder}\n`);
}
