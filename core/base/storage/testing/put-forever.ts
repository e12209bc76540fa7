/** Entry program of a child process that is killed in mid-write. Argument: the store's folder. */
import { openFilesystemStore } from '../filesystem.ts';

const store = openFilesystemStore({ directory: process.argv[2] as string });

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; ; sent += 1) {
    if (sent === 4) console.log('writing');
    if (sent > 4) await new Promise((resolve) => setTimeout(resolve, 60_000));
    yield Buffer.alloc(1_048_576);
  }
}

await store.put('killed/object', endless());
