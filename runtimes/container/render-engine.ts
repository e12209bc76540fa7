import type { ContainerCreateOptions } from 'dockerode';
import type { ContainerProfile } from './profile.ts';
import { seccompProfile } from './seccomp.ts';

/** The profile as the Engine API takes it; Docker reads the list of kernel calls out of the request. */
export function renderForDocker(profile: ContainerProfile): ContainerCreateOptions {
  return render(profile, JSON.stringify(seccompProfile()));
}

/**
 * The same for Podman's service of that API, which takes the list of kernel calls by the path of a file on its host
 * (podman issue 27710).
 */
export function renderForPodman(profile: ContainerProfile, seccompFile: string): ContainerCreateOptions {
  return render(profile, seccompFile);
}

function render(profile: ContainerProfile, seccomp: string): ContainerCreateOptions {
  const { user, memoryBytes, openFiles, scratch } = profile;
  return {
    Image: profile.image,
    User: `${user}:${user}`,
    Hostname: profile.hostname,
    Env: Object.entries(profile.environment).map(([name, value]) => `${name}=${value}`),
    WorkingDir: scratch.path,
    NetworkDisabled: true,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    Labels: { ...profile.labels },
    HostConfig: {
      Init: true,
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${seccomp}`],
      Privileged: false,
      Tmpfs: { [scratch.path]: `rw,nosuid,nodev,noexec,size=${scratch.megabytes}m,mode=1777` },
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      PidsLimit: profile.processes,
      NanoCpus: profile.processors * 1e9,
      CpuShares: profile.cpuShares,
      ...(profile.processorList ? { CpusetCpus: profile.processorList } : {}),
      Ulimits: [{ Name: 'nofile', Soft: openFiles, Hard: openFiles }],
      LogConfig: { Type: 'none', Config: {} },
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      ...(profile.ociRuntime ? { Runtime: profile.ociRuntime } : {}),
    },
  };
}
