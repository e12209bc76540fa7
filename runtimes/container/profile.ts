/** What differs between two containers; everything else is the same for all of them. */
export interface ProfileOptions {
  /** Local id of the image, `sha256:hex`: never a name that could be moved to another. */
  readonly image: string;
  /** Which appliance it belongs to, so that it finds what a killed runner left behind. */
  readonly owner: string;
  readonly startMemoryMb: number;
  /** Weight for the processor beside other containers. */
  readonly cpuShares: number;
  /** OCI runtime of the engine, `runc` or `runsc`; the engine's own where none is named. */
  readonly ociRuntime?: string;
  /** Processors of the host that it may use; all where nothing is said. */
  readonly processorList?: string;
}

/** The one container profile, in nobody's words: an engine's or a cluster's are rendered from it (`render-*.ts`). */
export interface ContainerProfile {
  readonly image: string;
  readonly ociRuntime: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly hostname: string;
  /** Number of the user and of its group; a user that owns nothing. */
  readonly user: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The only folder that can be written to, in memory, without programs. */
  readonly scratch: { readonly path: string; readonly megabytes: number };
  readonly memoryBytes: number;
  readonly processors: number;
  /** `1-3`, as the host numbers them; a cluster's own scheduler decides there. */
  readonly processorList: string | undefined;
  readonly cpuShares: number;
  readonly processes: number;
  readonly openFiles: number;
}

export const ownerLabel = 'assay.owner';

/** The environment of every run: nothing of the host, and nothing that could change a result. */
const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  OPENBLAS_CORETYPE: 'Haswell',
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
  R_DATATABLE_NUM_THREADS: '1',
};

/**
 * Nobody, no network, no capabilities, no host folder, nothing to write to but a small scratch in memory, no log on the
 * host's disk. What a caller or a tool says never reaches it.
 */
export function containerProfile(options: ProfileOptions): ContainerProfile {
  return {
    image: options.image,
    ociRuntime: options.ociRuntime,
    labels: { [ownerLabel]: options.owner },
    hostname: 'assay',
    user: 65_534,
    environment,
    scratch: { path: '/tmp', megabytes: 256 },
    memoryBytes: options.startMemoryMb * 1024 * 1024,
    processors: 1,
    processorList: options.processorList,
    cpuShares: options.cpuShares,
    processes: 128,
    openFiles: 1024,
  };
}
