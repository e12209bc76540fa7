import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { WebR } from 'webr';

const require = createRequire(import.meta.url);
const folder = path.dirname(require.resolve('webr'));

/** A line that R printed. */
export type OnLine = (line: string, stream: 'stdout' | 'stderr') => Promise<void>;

export interface Engine {
  readonly version: string;
  /** Writes a file of R's own file system, from pieces. */
  write(file: string, ...parts: readonly Uint8Array[]): Promise<void>;
  read(file: string): Promise<Uint8Array>;
  makeFolder(name: string): Promise<void>;
  /** Evaluates and waits; what is printed meanwhile goes to `onLine`, in order and before the promise is done. */
  evaluate(code: string, onLine: OnLine): Promise<void>;
  /** Ends R. */
  close(): void;
}

/** A small fit and its summary, so that the first real one finds everything loaded. */
const prime =
  'invisible(summary(lm(mpg ~ wt + factor(cyl), mtcars))); invisible(t.test(extra ~ group, sleep))';

/** R's side of a write: takes the message that waits, and keeps it as a file. Bytes of the data never become code. */
const takeFile = `(() => {
  const threads = process.getBuiltinModule('worker_threads');
  globalThis.assayFiles ??= new threads.BroadcastChannel('assay-files');
  const waiting = threads.receiveMessageOnPort(globalThis.assayFiles);
  if (waiting) Module.FS.writeFile(waiting.message.file, waiting.message.bytes);
  return '';
})()`;

/**
 * R's side of what it prints: a megabyte, then a rest. Nothing else holds it back, and what is printed faster than we read
 * would fill our memory.
 */
const pacePrinting = `(() => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let printed = 0;
  for (const descriptor of [1, 2]) {
    const stream = Module.FS.getStream(descriptor);
    const { write } = stream.stream_ops;
    stream.stream_ops = { ...stream.stream_ops, write(...given) {
      printed += given[3];
      if (printed > 1e6) { printed = 0; Atomics.wait(cell, 0, 0, 50); }
      return write(...given);
    } };
  }
  return '';
})()`;

const takeFileInR = `webr::eval_js(${JSON.stringify(takeFile)})`;
const quiet: OnLine = async () => undefined;

/** Starts R, loads the entry and the bridge, and warms up. */
export async function startEngine(): Promise<Engine> {
  const webR = new WebR({ interactive: false, baseUrl: `${folder}/` });
  await webR.init();
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
  // webR's own way of writing files takes two seconds for 60 MB; shared memory takes a tenth of that.
  const files = new BroadcastChannel('assay-files');
  files.unref();
  async function write(file: string, ...parts: readonly Uint8Array[]): Promise<void> {
    const bytes = new Uint8Array(new SharedArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0)));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    files.postMessage({ file, bytes });
    await evaluate(takeFileInR, quiet);
  }
  await evaluate(`webr::eval_js(${JSON.stringify(pacePrinting)})`, quiet);
  // The first one opens the other end.
  await evaluate(takeFileInR, quiet);
  for (const file of [
    path.join(import.meta.dirname, '../r/entry.R'),
    path.join(import.meta.dirname, 'bridge.R'),
  ]) {
    await write('/tmp/source.R', await readFile(file));
    await evaluate('sys.source("/tmp/source.R", globalenv(), keep.source = FALSE)', quiet);
  }
  await evaluate(prime, quiet);
  return {
    version: `${(await webR.evalRString('R.version.string')).replace(/^R version /, '').replace(/ .*$/, '')}`,
    write,
    read: (file) => webR.FS.readFile(file),
    makeFolder: async (name) => {
      await webR.FS.mkdir(name);
    },
    evaluate,
    close: () => {
      files.close();
      webR.close();
    },
  };
}
