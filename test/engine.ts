import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installImage, recipes } from '../appliance/images/index.ts';
import { openEngine } from '../runtimes/container/engine.ts';
import type { BuiltImage } from '../runtimes/container/index.ts';
import { fileOfPackage } from './debian.ts';

/**
 * A container engine of the tests' own: a dockerd on its own socket, with its own data, without network, and the two
 * images built from packages. `npm test` starts one for all test files; they find it by these names in their environment.
 */
const socketName = 'ASSAY_TEST_ENGINE';
const imagesName = 'ASSAY_TEST_IMAGES';
const kept = path.resolve(import.meta.dirname, '../node_modules/.cache/assay');
/** gVisor as Debian trixie has it; what this Debian has may be years older. */
const runsc = path.join(kept, 'gvisor/runsc');
const startWithinMs = 60_000;

export interface TestEngine {
  readonly socketPath: string;
  readonly images: readonly BuiltImage[];
  /** The record of the images, as a data directory has it. */
  readonly imagesFile: string;
}

/** True where this machine has what an engine and its images need. */
export function canStartEngine(): boolean {
  const programs = ['/usr/sbin/dockerd', '/usr/bin/mmdebstrap'];
  return process.getuid?.() === 0 && programs.every((program) => existsSync(program));
}

/** The engine that `npm test` started. */
export async function testEngine(): Promise<TestEngine> {
  const { [socketName]: socketPath, [imagesName]: imagesFile } = process.env;
  if (!socketPath || !imagesFile) throw new Error('no container engine was started for the tests');
  return { socketPath, imagesFile, images: JSON.parse(await readFile(imagesFile, 'utf8')) };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ socketPath, path: '/_ping' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

export interface Dockerd {
  readonly socketPath: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a dockerd in a folder; started again in the same folder it has its images still. */
export async function startDockerd(folder: string): Promise<Dockerd> {
  await mkdir(folder, { recursive: true });
  const socketPath = path.join(folder, 'docker.sock');
  const config = path.join(folder, 'daemon.json');
  const runtimeArgs = ['--network=none', '--platform=systrap'];
  await writeFile(
    config,
    JSON.stringify(existsSync(runsc) ? { runtimes: { runsc: { path: runsc, runtimeArgs } } } : {}),
  );
  const log = await open(path.join(folder, 'dockerd.log'), 'a');
  const child = spawn(
    '/usr/sbin/dockerd',
    [
      ...[
        '--config-file',
        config,
        '--iptables=false',
        '--ip6tables=false',
        '--bridge=none',
        '--log-level=warn',
      ],
      ...['--host', `unix://${socketPath}`, '--pidfile', path.join(folder, 'docker.pid')],
      ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
    ],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  await log.close();
  const exited = once(child, 'exit');
  const end = performance.now() + startWithinMs;
  while (!(await answers(socketPath))) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(
        `dockerd did not start: ${(await readFile(path.join(folder, 'dockerd.log'), 'utf8')).slice(-2000)}`,
      );
    await delay(100);
  }
  return {
    socketPath,
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Puts an image of the test engine into another engine, under the same id. */
export async function copyImage(name: string, socketPath: string): Promise<BuiltImage> {
  const engine = await testEngine();
  const image = engine.images.find((each) => each.name === name);
  if (!image) throw new Error(`the test engine has no image ${name}`);
  const archive = await openEngine(engine.socketPath).getImage(image.id).get();
  const loading = await openEngine(socketPath).loadImage(archive);
  await new Promise((resolve, reject) => loading.on('end', resolve).on('error', reject).resume());
  return image;
}

/** Starts the engine of a test run with its images; what was built from packages is kept for the next. */
export async function startEngine(
  say: (line: string) => void,
): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  if (!existsSync(runsc)) await fileOfPackage('runsc', './usr/bin/runsc', runsc);
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-engine-'));
  const dockerd = await startDockerd(folder);
  const stop = async () => {
    await dockerd.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const recipe of recipes) {
      const started = performance.now();
      await installImage(recipe, {
        dataDirectory: kept,
        socketPath: dockerd.socketPath,
        onProgress: () => undefined,
      });
      say(`✓ image ${recipe.name} for the tests ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env: { [socketName]: dockerd.socketPath, [imagesName]: path.join(kept, 'images.json') }, stop };
}
