import { runConfiguration } from './build.ts';
import { excluded, type Recipe } from './recipes.ts';

/**
 * The same packages as a Containerfile, for sites that build with their own registry. Its image has another id than ours
 * (another base, other layers), so that a site pins what it has built.
 */
export function containerfileOf(recipe: Recipe): string {
  const { User, WorkingDir, Entrypoint, Labels } = runConfiguration(recipe);
  const patterns = [
    ...excluded.map((pattern) => `path-exclude=${pattern}`),
    'path-include=/usr/share/doc/*/copyright',
  ];
  const labels = Object.entries(Labels).map(([name, value]) => `LABEL ${name}="${value}"`);
  return `# ${recipe.title}. From the project's root: docker build -f this-file .
FROM debian:${recipe.suite}-slim
RUN printf '%s\\n' ${patterns.map((pattern) => `'${pattern}'`).join(' ')} > /etc/dpkg/dpkg.cfg.d/assay \\
 && apt-get update \\
 && apt-get install -y --no-install-recommends ${recipe.packages.join(' ')} \\
 && rm -rf ${[...recipe.pruned.map((folder) => `/${folder}`), '/var/lib/apt/lists/*', '/var/cache/*', '/var/log/*'].join(' ')}
COPY ${recipe.entry.files.map((file) => `${recipe.entry.folder}/${file}`).join(' ')} /assay/
${labels.join('\n')}
USER ${User}
WORKDIR ${WorkingDir}
ENTRYPOINT ${JSON.stringify(Entrypoint)}
`;
}
