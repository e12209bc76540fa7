import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { WebR } from 'webr';

const require = createRequire(import.meta.url);
const folder = path.dirname(require.resolve('webr'));

/** A line that R printed. */
export type OnLine = (line: string, stream: 'stdout' | 'stderr') => Promise<void>;

export interface Engine {
  readonly version: string;
  write(file: string, bytes: Uint8Array): Promise<void>;
  read(file: string): Promise<Uint8Array>;
  makeFolder(name: string): Promise<void>;
  /** Evaluates and waits; what is printed meanwhile goes to `onLine`, in order and before the promise is done. */
  evaluate(code: string, onLine: OnLine): Promise<void>;
}

/** A small fit and its summary, so that the first real one finds everything loaded. */
const prime =
  'invisible(summary(lm(mpg ~ wt + factor(cyl), mtcars))); invisible(t.test(extra ~ group, sleep))';

/** Starts R, loads the entry and the bridge, and warms up. */
export async function startEngine(): Promise<Engine> {
  const webR = new WebR({ interactive: false, baseUrl: `${folder}/` });
  await webR.init();
  const write = (file: string, bytes: Uint8Array) => webR.FS.writeFile(file, bytes);
  async function evaluate(code: string, onLine: OnLine): Promise<void> {
    const marker = `done ${Math.random()}`;
    const evaluation = webR.evalRVoid(`{${code}\n}; cat(${JSON.stringify(`\n${marker}\n`)})`, {
      captureStreams: false,
    });
    const failed = new Promise<never>((_, reject) => evaluation.catch(reject));
    failed.catch(() => undefined);
    for (;;) {
      const message = await Promise.race([webR.read(), failed]);
      if (message.type === 'closed') throw new Error('R ended');
      if (message.type !== 'stdout' && message.type !== 'stderr') continue;
      const line = String(message.data);
      if (line === marker) return;
      await onLine(line, message.type);
    }
  }
  for (const file of [
    path.join(import.meta.dirname, '../r/entry.R'),
    path.join(import.meta.dirname, 'bridge.R'),
  ]) {
    await write('/tmp/source.R', await readFile(file));
    await evaluate('sys.source("/tmp/source.R", globalenv(), keep.source = FALSE)', async () => undefined);
  }
  await evaluate(prime, async () => undefined);
  return {
    version: `${(await webR.evalRString('R.version.string')).replace(/^R version /, '').replace(/ .*$/, '')}`,
    write: async (file, bytes) => {
      await write(file, bytes);
    },
    read: (file) => webR.FS.readFile(file),
    makeFolder: async (name) => {
      await webR.FS.mkdir(name);
    },
    evaluate,
  };
}
