/**
 * A registry that mirrors only some platforms leaves the packages of the others out of the lockfile, and `npm ci` then
 * refuses it, although it would never fetch them. This puts in what is missing: version and platform, as the package
 * that asks for them says. Platforms that Assay runs on must be there in full, with their integrity.
 */
interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface Lockfile {
  readonly packages: Record<string, Locked>;
  readonly [field: string]: unknown;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'x64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32'];

function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } | undefined {
  const parts = name.split(/[/-]/);
  const os = systems.find((s) => parts.includes(s));
  const cpu = processors.find((p) => parts.includes(p));
  if (!os || !cpu) return undefined;
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  const musl = parts.some((p) => p.startsWith('musl'));
  return { os: [os], cpu: [cpu], libc: [musl ? 'musl' : 'glibc'] };
}

/** True for the platforms of the product itself, whose packages cannot be made up. */
function isOurs(platform: { os: string[]; cpu: string[]; libc?: string[] }): boolean {
  return (
    platform.os[0] === 'linux' &&
    platform.libc?.[0] === 'glibc' &&
    ['x64', 'arm64'].includes(platform.cpu[0] ?? '')
  );
}

/** The lockfile with an entry for every optional package of another platform. */
export function completeLock(text: string): string {
  const lock = JSON.parse(text) as Lockfile;
  const missing: Record<string, Locked> = {};
  for (const [place, { optionalDependencies = {}, dev, devOptional }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const key = `node_modules/${name}`;
      const platform = platformOf(name);
      if (lock.packages[key] || lock.packages[`${place}/${key}`] || !platform) continue;
      if (isOurs(platform))
        process.stderr.write(`${name}: no integrity could be had here; add it from a registry that has it\n`);
      missing[key] = { version, ...platform, ...(dev || devOptional ? { dev: true } : {}), optional: true };
    }
  }
  if (Object.keys(missing).length === 0) return text;
  const { '': root = {}, ...rest } = { ...lock.packages, ...missing };
  const sorted = Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...lock, packages: { '': root, ...sorted } }, null, 2)}\n`;
}
