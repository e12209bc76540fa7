/**
 * Entry program of a child process: writes into a store on a tiny disk until it is full, and prints what it saw as
 * JSON. The disk is mounted by whoever starts it. Argument: the store's folder.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '@assay/sdk';
import { openFilesystemStore } from '../filesystem.ts';

const directory = process.argv[2] as string;
const store = openFilesystemStore({ directory });

async function* zeros(bytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += 65_536) yield Buffer.alloc(65_536);
}

async function codeOf(step: Promise<unknown>): Promise<string> {
  return await step.then(
    () => 'none',
    (error: unknown) => (AssayError.is(error) ? error.code : String(error)),
  );
}

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const object of store.list('')) found.push(object.key);
  return found.sort();
}

await store.put('full/fits', zeros(1_048_576));
const tooLarge = await codeOf(store.put('full/too-large', zeros(67_108_864)));
const leftAfterTooLarge = await readdir(join(directory, '.incoming'));
const keysAfterTooLarge = await keys();
let small = 0;
let smallCode = 'none';
for (; smallCode === 'none'; small += 1)
  smallCode = await codeOf(store.put(`full/small-${small}`, zeros(65_536)));
const check = await codeOf(store.check());
const left = await readdir(join(directory, '.incoming'));
await store.delete('full/fits');
const after = await codeOf(store.put('full/after', zeros(65_536)));
console.log(
  JSON.stringify({
    tooLarge,
    leftAfterTooLarge,
    keysAfterTooLarge,
    smallCode,
    check,
    left,
    after,
    healthy: await codeOf(store.check()),
  }),
);
