import { mediaTypes } from '@assay/sdk';
import { type StoredArtifact, storeArtifact } from '../../artifacts/index.ts';
import { type Attempt, filled, type WorkDeps } from './attempt.ts';

/** Puts the report's document and page into the store, encrypted; they count once `finish` has written their rows. */
export async function store(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const put = async (kind: string, mediaType: string, bytes: Buffer): Promise<StoredArtifact> => {
    async function* body() {
      yield bytes;
    }
    const artifact = { kind, mediaType, body: body() };
    const stored = await storeArtifact(deps, { ...attempt, slot: null }, artifact, attempt.signal);
    attempt.stored.push(stored);
    return stored;
  };
  const document = Buffer.from(JSON.stringify(filled(attempt.report, 'report')));
  const [stored, page] = await Promise.all([
    put('report', mediaTypes.report, document),
    attempt.html ? put('report-page', mediaTypes.html, attempt.html) : undefined,
  ]);
  attempt.document = stored;
  if (page) attempt.page = page;
}
