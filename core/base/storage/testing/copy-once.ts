/** Entry program of a copy that is killed. Arguments: settings of both stores, as JSON. */
import { copyObjects } from '../copy.ts';
import { openStore, type StorageSettings } from '../open.ts';

const [from, to] = process.argv.slice(2).map((text) => openStore(JSON.parse(text) as StorageSettings));
if (!from || !to) throw new TypeError('two stores are needed');
await copyObjects(from, to, { onProgress: () => undefined, signal: new AbortController().signal });
