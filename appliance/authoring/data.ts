import { AssayError, type Column, type JobInput, type Profile, type Runtime, sha256 } from '@assay/sdk';
import { talk } from './talk.ts';

/** A data set as a tool is given it. */
export interface ReadData {
  readonly columns: Column[];
  readonly rows: number;
  /** The Arrow stream. */
  readonly arrow: Buffer;
}

const limits = { seconds: 60, memoryMb: 1024, outputMb: 64 };

/**
 * Reads data as the appliance reads an upload: columns with types and roles, and the Arrow stream for the tool.
 * @throws AssayError dataset.rejected where it is none
 */
export async function readData(table: Runtime, bytes: Buffer, mediaType = 'text/csv'): Promise<ReadData> {
  const input: JobInput = {
    slot: 'data',
    format: 'original',
    bytes: bytes.length,
    digest: sha256(bytes),
    mediaType,
    name: 'data.csv',
  };
  const profile = { tool: 'core/profile', version: '1.0.0', program: 'profile', limits, code: new Map() };
  const { result, error, blobs } = await talk(table, profile, 1, {}, [{ input, body: bytes }]);
  if (!result) throw new AssayError('dataset.rejected', `The data could not be read: ${error?.message}`);
  const { columns, rows } = result.values as Profile;
  const described = columns.map(({ name, type, role, roles, levels }) => ({
    ...{ name, type, role, roles },
    ...(levels ? { levels } : {}),
  }));
  return { columns: described, rows, arrow: blobs.get('arrow') ?? Buffer.alloc(0) };
}
