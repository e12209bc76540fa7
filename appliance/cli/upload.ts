import path from 'node:path';
import type { Dataset } from '@assay/client';
import { RefusedError } from './exit.ts';
import { digestFile, isFile, mediaTypeOf, openFile } from './files.ts';
import { findId } from './find.ts';
import { uploadProgress } from './progress.ts';
import type { Session } from './session.ts';

export interface UploadChoice {
  readonly name?: string;
  readonly mediaType?: string;
}

/** Waits until a data set can be used. @throws RefusedError with every reason, where it was rejected */
async function requireReady({ client, signal, terminal }: Session, id: string): Promise<Dataset> {
  terminal.progress('reading the data…');
  const dataset = await client.waitForDataset(id, { signal });
  terminal.clear();
  if (dataset.state === 'ready') return dataset;
  throw new RefusedError(`"${dataset.name}" was rejected, as data set ${dataset.id}.`, dataset.reasons);
}

/** Sends a file and waits until it was read. */
export async function uploadFile(
  session: Session,
  file: string,
  choice: UploadChoice = {},
): Promise<Dataset> {
  const { client, signal, terminal } = session;
  const name = choice.name ?? path.basename(file);
  const dataset = await client.uploadDataset({
    name,
    mediaType: choice.mediaType ?? mediaTypeOf(file),
    body: await openFile(file),
    onProgress: uploadProgress(terminal, name),
    signal,
  });
  return requireReady(session, dataset.id);
}

/** A file that is there already is not sent again. */
async function uploadOnce(session: Session, file: string): Promise<string> {
  const digest = await digestFile(file);
  const { items } = await session.client.listDatasets({ limit: 200, signal: session.signal });
  const same = items.find((item) => item.digest === digest && item.state === 'ready');
  if (same) {
    session.terminal.say(`${file} is there already, as data set ${same.id.slice(0, 8)}.`);
    return same.id;
  }
  const { id, name } = await uploadFile(session, file);
  session.terminal.say(`${file} uploaded, as data set ${id.slice(0, 8)} (${name}).`);
  return id;
}

/** The data set that is meant: a local file, an id, the beginning of one, or a name. It is ready. */
export async function resolveData(session: Session, reference: string): Promise<string> {
  if (await isFile(reference)) return uploadOnce(session, reference);
  if (/[/\\]/.test(reference)) throw new RefusedError(`There is no file "${reference}".`);
  const { client, signal } = session;
  const id = await findId('data set', reference, (page) => client.listDatasets({ ...page, signal }));
  return (await requireReady(session, id)).id;
}
