import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';

/** An editor writes a file in several steps, and a version control many files. */
const quietMs = 100;

/**
 * Calls after every change below any of the folders, once things are quiet; never twice at a time.
 * @param onNews told where a folder cannot be watched, or what was called fails
 */
export function watchFolders(
  folders: readonly string[],
  onChange: () => Promise<void>,
  onNews: (news: string) => void,
): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;

  async function run(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await onChange();
    } catch (error) {
      onNews(
        `plugins under development could not be read: ${error instanceof Error ? error.message : error}`,
      );
    }
    running = false;
    if (again) {
      again = false;
      await run();
    }
  }

  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => run().catch(onNews), quietMs);
  };
  const watchers = folders.flatMap((folder): FSWatcher[] => {
    try {
      const watcher = watch(path.resolve(folder), { recursive: true }, changed);
      watcher.on('error', (error) => onNews(`${folder} is watched no more: ${error.message}`));
      return [watcher];
    } catch (error) {
      onNews(`${folder} cannot be watched: ${(error as Error).message}`);
      return [];
    }
  });
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
