import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openEngine } from '../../runtimes/container/engine.ts';
import { ownerLabel } from '../../runtimes/container/profile.ts';
import type { Appliance } from '../appliance.ts';
import { testEngine } from '../engine.ts';
import { forest, type Plain, startInImage, survival } from './in-image.ts';
import type { Comparison } from './measure.ts';

const sleep: Readonly<Record<Plain['image'], string>> = {
  'r-stats': '; Sys.sleep(1e6)',
  'py-core': '; import time; time.sleep(1e6)',
};

/** What a container that waits ready takes, in MB, against plain R or Python with the same libraries loaded. */
export async function poolMemory(appliance: Appliance): Promise<Comparison[]> {
  const { socketPath } = await testEngine();
  const engine = openEngine(socketPath);
  const owner = createHash('sha256').update(appliance.data).digest('hex').slice(0, 16);
  const memoryMb = async (id: string) => {
    const { memory_stats: memory } = await engine.getContainer(id).stats({ stream: false });
    return (memory.usage - (memory.stats.inactive_file ?? 0)) / 1024 / 1024;
  };
  const found: Comparison[] = [];
  for (const { image, idle } of [survival, forest]) {
    const [program = '', flag = '', text = ''] = idle;
    const plain = await startInImage(image, [], [program, flag, text + sleep[image]]);
    await delay(8000);
    const all = await engine.listContainers({ filters: { label: [ownerLabel] } });
    const waits = all.find(
      (each) => each.Labels[ownerLabel]?.startsWith(`${owner}/`) && each.ImageID === plain.image,
    );
    if (!waits) throw new Error(`no container of ${image} waits ready`);
    const [ours, floor] = [await memoryMb(waits.Id), await memoryMb(plain.id)];
    await plain.stop();
    const name = `memory of a container of ${image} that waits ready (plain ${program} with the same libraries)`;
    found.push({ name, ours, floor, ratio: ours / floor, runs: 1, unit: 'MB' });
  }
  return found;
}
