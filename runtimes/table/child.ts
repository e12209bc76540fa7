import duckdb from '@duckdb/node-api';
import { serveOneRun, ToolStop } from '../process/program.ts';
import { profileUpload } from './run.ts';

/** The program of the table runtime. Its one built-in program is `profile`. */
const version = duckdb.version().replace(/^v/, '');

await serveOneRun({
  runtime: `DuckDB ${version}`,
  libs: { duckdb: version },
  async handle(run) {
    if (run.job.program !== 'profile')
      throw new ToolStop({
        class: 'unsupported',
        code: 'UNKNOWN_PROGRAM',
        message: `The table runtime has no program "${run.job.program.slice(0, 60)}"; it has "profile".`,
      });
    await profileUpload(run, version);
  },
});
