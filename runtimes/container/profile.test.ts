import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { openEngine } from './engine.ts';
import { containerProfile } from './profile.ts';
import { renderForDocker, renderForPodman } from './render-engine.ts';
import { type ClusterOptions, renderForKubernetes } from './render-kubernetes.ts';
import { chooseRenderer } from './renderer.ts';
import { seccompProfile } from './seccomp.ts';

const profile = containerProfile({
  image: `sha256:${'cd'.repeat(32)}`,
  owner: 'appliance/r-stats',
  startMemoryMb: 512,
  cpuShares: 512,
});
const cluster: ClusterOptions = {
  namespace: 'assay-runs',
  name: 'run-0001',
  image: `registry.example/r-stats@sha256:${'ab'.repeat(32)}`,
  seconds: 600,
  seccompFile: 'assay/kernel-calls.json',
  gvisorClass: 'gvisor',
};
const gvisor = containerProfile({
  image: profile.image,
  owner: 'appliance/r-stats',
  startMemoryMb: 512,
  cpuShares: 512,
  ociRuntime: 'runsc',
});
const seccompFile = '/run/assay/kernel-calls.json';

async function golden(name: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(import.meta.dirname, `fixtures/golden/${name}.json`), 'utf8'));
}
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

describe('one profile, rendered three times', () => {
  test('for Docker, for Podman and for a cluster: as it is written down', async () => {
    const inline = `seccomp=${JSON.stringify(seccompProfile())}`;
    const docker = plain(renderForDocker(profile)) as { HostConfig: { SecurityOpt: string[] } };
    assert.deepEqual(docker.HostConfig.SecurityOpt, ['no-new-privileges', inline]);
    docker.HostConfig.SecurityOpt[1] = 'seccomp=(the list of kernel calls)';
    assert.deepEqual(docker, await golden('docker'));
    assert.deepEqual(plain(renderForPodman(profile, seccompFile)), await golden('podman'));
    assert.deepEqual(plain(renderForKubernetes(profile, cluster)), await golden('kubernetes'));
  });

  test('leaves the processors that the rest of the appliance keeps', () => {
    const options = { image: profile.image, owner: 'appliance/r-stats', startMemoryMb: 512, cpuShares: 512 };
    const aside = containerProfile({ ...options, processorList: '1,3' });
    assert.equal(renderForDocker(aside).HostConfig?.CpusetCpus, '1,3');
    assert.equal(renderForPodman(aside, seccompFile).HostConfig?.CpusetCpus, '1,3');
  });

  test('says the same in all of them', () => {
    const { HostConfig = {}, ...docker } = renderForDocker(profile);
    const podman = renderForPodman(profile, seccompFile);
    const { job } = renderForKubernetes(profile, cluster) as { job: Job };
    const pod = job.spec?.template.spec;
    const [run] = pod?.containers ?? [];
    const { SecurityOpt: _, ...host } = HostConfig;
    const { SecurityOpt: __, ...same } = podman.HostConfig ?? {};
    assert.deepEqual(same, host);
    assert.equal(run?.resources?.limits?.memory, `${Number(HostConfig.Memory) / 1024 / 1024}Mi`);
    assert.equal(run?.resources?.limits?.cpu, `${Number(HostConfig.NanoCpus) / 1e6}m`);
    assert.equal(`${pod?.securityContext?.runAsUser}:${pod?.securityContext?.runAsGroup}`, docker.User);
    assert.deepEqual(
      run?.env?.map(({ name, value }) => `${name}=${value}`),
      docker.Env,
    );
    assert.deepEqual(run?.securityContext?.capabilities?.drop, HostConfig.CapDrop);
    assert.equal(run?.securityContext?.readOnlyRootFilesystem, HostConfig.ReadonlyRootfs);
    assert.equal(pod?.hostname, docker.Hostname);
  });

  test('for a cluster: fits the schema of the API, has no way to a network, a token or the host', () => {
    for (const each of [profile, gvisor]) {
      const { job, networkPolicy } = renderForKubernetes(each, cluster);
      new Job(job as ConstructorParameters<typeof Job>[0]).validate();
      new NetworkPolicy(networkPolicy as ConstructorParameters<typeof NetworkPolicy>[0]).validate();
      assert.throws(() =>
        new Job({ ...job, spec: { backoffLimit: 'none' } } as unknown as ConstructorParameters<
          typeof Job
        >[0]).validate(),
      );
      const pod = (job as Job).spec?.template.spec;
      assert.deepEqual(
        pod?.volumes?.map((volume) => Object.keys(volume).filter((key) => key !== 'name')),
        [['emptyDir']],
      );
      assert.equal(pod?.automountServiceAccountToken, false);
      const policy = networkPolicy as NetworkPolicy;
      assert.deepEqual([policy.spec?.ingress, policy.spec?.egress], [[], []]);
      assert.deepEqual(
        policy.spec?.podSelector?.matchLabels?.['assay.run'],
        (job as Job).spec?.template.metadata?.labels?.['assay.run'],
      );
      for (const value of Object.values(pod ? ((job as Job).metadata?.labels ?? {}) : {}))
        assert.match(value, /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
    }
    const classOf = (each: typeof profile) =>
      (renderForKubernetes(each, cluster).job as Job).spec?.template.spec?.runtimeClassName;
    assert.deepEqual([classOf(profile), classOf(gvisor)], [undefined, 'gvisor']);
  });
});

describe('which way an engine takes it (the answer of its version is simulated)', () => {
  for (const [name, kind] of [
    ['Engine', 'docker'],
    ['Podman Engine', 'podman'],
  ] as const)
    test(name, async (t) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'assay-renderer-'));
      t.after(() => rm(folder, { recursive: true }));
      const socketPath = path.join(folder, 'engine.sock');
      const server = http.createServer((_, response) =>
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ Components: [{ Name: name, Version: '5.0' }] })),
      );
      server.listen(socketPath);
      await once(server, 'listening');
      t.after(() => server.close());
      const render = await chooseRenderer(openEngine(socketPath));
      const [, seccomp = ''] = render(profile).HostConfig?.SecurityOpt ?? [];
      if (kind === 'docker') {
        assert.equal(seccomp, `seccomp=${JSON.stringify(seccompProfile())}`);
        return;
      }
      const file = seccomp.slice('seccomp='.length);
      t.after(() => rm(path.dirname(file), { recursive: true }));
      assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), plain(seccompProfile()));
    });
});
