import type { ContainerCreateOptions } from 'dockerode';
import { seccompProfile } from './seccomp.ts';

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
}

export const ownerLabel = 'assay.owner';
const nobody = '65534:65534';
const scratchMb = 256;

/** The environment of every run: nothing of the host, and nothing that could change a result. */
const environment = [
  'PATH=/usr/local/bin:/usr/bin:/bin',
  'HOME=/tmp',
  'LANG=C.UTF-8',
  'TZ=UTC',
  'OMP_NUM_THREADS=1',
  'OPENBLAS_NUM_THREADS=1',
  'OPENBLAS_CORETYPE=Haswell',
  'PYTHONHASHSEED=0',
  'PYTHONDONTWRITEBYTECODE=1',
  'R_DATATABLE_NUM_THREADS=1',
];

/**
 * The one container profile: nobody, no network, no capabilities, no host folder, nothing to write to but a small
 * scratch in memory, no log on the host's disk. What a caller or a tool says never reaches it.
 */
export function containerProfile(options: ProfileOptions): ContainerCreateOptions {
  const memory = options.startMemoryMb * 1024 * 1024;
  return {
    Image: options.image,
    User: nobody,
    Hostname: 'assay',
    Env: environment,
    WorkingDir: '/tmp',
    NetworkDisabled: true,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    Labels: { [ownerLabel]: options.owner },
    HostConfig: {
      Init: true,
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${JSON.stringify(seccompProfile())}`],
      Privileged: false,
      Tmpfs: { '/tmp': `rw,nosuid,nodev,noexec,size=${scratchMb}m,mode=1777` },
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: 128,
      NanoCpus: 1_000_000_000,
      CpuShares: options.cpuShares,
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }],
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      ...(options.ociRuntime ? { Runtime: options.ociRuntime } : {}),
    },
  };
}
