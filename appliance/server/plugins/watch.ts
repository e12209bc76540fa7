import path from 'node:path';
import { watch } from 'chokidar';

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
): { close(): Promise<void> } {
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
  const watcher = watch(
    folders.map((folder) => path.resolve(folder)),
    { ignoreInitial: true },
  );
  watcher.on('all', changed);
  watcher.on('error', (error) =>
    onNews(`plugins under development are not watched: ${error instanceof Error ? error.message : error}`),
  );
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
