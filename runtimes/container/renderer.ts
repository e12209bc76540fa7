import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ContainerCreateOptions } from 'dockerode';
import { type Engine, kindOf } from './engine.ts';
import type { ContainerProfile } from './profile.ts';
import { renderForDocker, renderForPodman } from './render-engine.ts';
import { seccompProfile } from './seccomp.ts';

export type Renderer = (profile: ContainerProfile) => ContainerCreateOptions;

/** How the engine at the socket takes the profile. Podman reads the list of kernel calls from a file of our own. */
export async function chooseRenderer(engine: Engine): Promise<Renderer> {
  if ((await kindOf(engine)) === 'docker') return renderForDocker;
  // A new folder that only we can enter.
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'assay-engine-')), 'kernel-calls.json');
  await writeFile(file, JSON.stringify(seccompProfile()), { mode: 0o600 });
  return (profile) => renderForPodman(profile, file);
}
