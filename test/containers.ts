import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Appliance, startAppliance } from './appliance.ts';
import { testEngine } from './engine.ts';

/** An appliance with the test engine and its images; for tests that say `need('docker')`. */
export async function startWithContainers(env: Readonly<Record<string, string>> = {}): Promise<Appliance> {
  const engine = await testEngine();
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-containers-'));
  const data = path.join(folder, 'data');
  await mkdir(data);
  await copyFile(engine.imagesFile, path.join(data, 'images.json'));
  const appliance = await startAppliance({
    data,
    env: { ASSAY_CONTAINERS_SOCKET: engine.socketPath, ...env },
  });
  return {
    ...appliance,
    async stop() {
      await appliance.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
