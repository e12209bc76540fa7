import { AssayError, type DataSchema } from '@assay/sdk';
import { openArtifact } from '../../artifacts/index.ts';
import { cipherOf, openProfile, requireDataset } from '../../datasets/index.ts';
import type { Attempt, StagedInput, WorkDeps } from './attempt.ts';

/** Opens the inputs: Arrow for tools, the original bytes for the profile. Nothing is read yet. */
export async function stage(deps: WorkDeps, attempt: Attempt): Promise<void> {
  const { workspace, tool } = attempt;
  const original = tool.manifest.visibility === 'system';
  attempt.staged = await deps.database.withWorkspace(workspace, async (query) => {
    const staged: StagedInput[] = [];
    for (const [slot, dataset] of Object.entries(attempt.inputs)) {
      const row = await requireDataset(query, dataset);
      if (row.state === 'erased')
        throw new AssayError('dataset.erased', `The data set was erased on ${row.erased_at?.toISOString()}.`);
      const artifact = original ? row.original : (row.arrow ?? row.original);
      const opened = await openArtifact(deps, query, workspace, artifact, row.key_slot);
      const profile = openProfile(row, await cipherOf(deps, query, row));
      const schema: DataSchema | undefined = profile && {
        rows: profile.rows,
        columns: profile.columns.map(({ name, type, role, roles, levels }) => ({
          name,
          type,
          role,
          roles,
          ...(levels ? { levels } : {}),
        })),
      };
      const input = {
        slot,
        format: original ? ('original' as const) : ('arrow' as const),
        bytes: opened.bytes,
        digest: opened.digest,
        mediaType: opened.mediaType,
        name: row.name,
        ...(schema ? { schema } : {}),
      };
      // The report names the data set by the digest of what was uploaded, whatever form the tool was given.
      staged.push({ input, body: opened.body, dataset, name: row.name, schema, original: row.digest });
    }
    return staged;
  });
}
