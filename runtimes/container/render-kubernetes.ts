import type { ContainerProfile } from './profile.ts';

/** What a cluster needs to be told beside the profile; all of it the installation's, nothing a caller's. */
export interface ClusterOptions {
  readonly namespace: string;
  /** Name of the job: of letters, digits and dashes, 63 at most. */
  readonly name: string;
  /** Image by its digest in the registry of the site: `registry.example/r-stats@sha256:hex`. */
  readonly image: string;
  /** Longest a run may take, in seconds; our own limit ends it before. */
  readonly seconds: number;
  /** File with the list of kernel calls, below the kubelet's folder of seccomp profiles on every node. */
  readonly seccompFile: string;
  /** Runtime class of the cluster that gVisor stands behind. */
  readonly gvisorClass: string;
}

/** A job and what keeps it from every network; both belong together. */
export interface ClusterManifests {
  readonly job: object;
  readonly networkPolicy: object;
}

const millisPerCore = 1000;
/** How long a finished job is kept to be looked at. */
const keptSeconds = 60;

/**
 * The profile as a Job of Kubernetes, for a namespace with Pod Security `restricted`. A cluster cannot be told all of it
 * here: processes are limited by the kubelet (`podPidsLimit`), open files by its container runtime, and a scratch in
 * memory can hold programs, though nobody may gain rights by one. Rendered and validated; never run on a cluster.
 */
export function renderForKubernetes(profile: ContainerProfile, options: ClusterOptions): ClusterManifests {
  const { name, namespace } = options;
  const metadata = { name, namespace, labels: { ...labelsOf(profile), 'assay.run': name } };
  const memory = `${profile.memoryBytes / 1024 / 1024}Mi`;
  const cpu = `${profile.processors * millisPerCore}m`;
  const scratchSize = `${profile.scratch.megabytes}Mi`;
  const container = {
    name: 'run',
    image: options.image,
    imagePullPolicy: 'IfNotPresent',
    stdin: true,
    stdinOnce: true,
    workingDir: profile.scratch.path,
    env: Object.entries(profile.environment).map(([variable, value]) => ({ name: variable, value })),
    resources: {
      limits: { memory, cpu, 'ephemeral-storage': scratchSize },
      requests: { memory, cpu: `${Math.round((profile.cpuShares / 1024) * millisPerCore)}m` },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'scratch', mountPath: profile.scratch.path }],
  };
  const pod = {
    restartPolicy: 'Never',
    hostname: profile.hostname,
    hostUsers: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['127.0.0.1'] },
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 0,
    ...(profile.ociRuntime === 'runsc' ? { runtimeClassName: options.gvisorClass } : {}),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: profile.user,
      runAsGroup: profile.user,
      fsGroup: profile.user,
      seccompProfile: { type: 'Localhost', localhostProfile: options.seccompFile },
    },
    containers: [container],
    volumes: [{ name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: scratchSize } }],
  };
  return {
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        backoffLimit: 0,
        completions: 1,
        parallelism: 1,
        activeDeadlineSeconds: options.seconds,
        ttlSecondsAfterFinished: keptSeconds,
        template: { metadata: { labels: metadata.labels }, spec: pod },
      },
    },
    networkPolicy: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: { 'assay.run': name } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [],
        egress: [],
      },
    },
  };
}

/** A value of a label has no slash: an owner is `appliance/image`. */
function labelsOf({ labels }: ContainerProfile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, value.replaceAll('/', '.')]),
  );
}
