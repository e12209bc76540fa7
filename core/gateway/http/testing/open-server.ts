import { randomUUID } from 'node:crypto';
import Hapi from '@hapi/hapi';
import { connect } from '../../../base/database/index.ts';
import { openKeyring } from '../../../base/encryption/index.ts';
import { createLogger } from '../../../base/telemetry/index.ts';
import { allScopes, permissionsOf } from '../../../domain/access/index.ts';
import { getJob } from '../../../domain/jobs/index.ts';
import { createCiphers } from '../../../domain/workspaces/index.ts';

/**
 * The same use case behind a bare hapi: nobody is asked who they are, nothing is counted or logged. What is left is what a
 * GET of a job costs without a door. A program of its own, told all by its environment; prints its address.
 */
const { BENCH_DATABASE = '', BENCH_KEYRING = '', BENCH_WORKSPACE = '' } = process.env;
const keys = await openKeyring({ file: BENCH_KEYRING });
const database = connect({
  url: BENCH_DATABASE,
  poolSize: 8,
  applicationName: 'bench',
  onError: (error) => {
    throw error;
  },
});
const deps = { database, ciphers: createCiphers(keys) };
const log = createLogger({ level: 'silent', role: 'bench' });
const server = Hapi.server({ host: '127.0.0.1', port: 0, debug: false });
server.route({
  method: 'GET',
  path: '/v1/jobs/{id}',
  handler: (request) =>
    getJob(
      deps,
      {
        principal: {
          ...{ id: BENCH_WORKSPACE, kind: 'user', name: 'bench', slot: null, role: 'viewer' },
          permissions: permissionsOf('viewer', true),
        },
        scopes: new Set(allScopes),
        workspace: BENCH_WORKSPACE,
        requestId: randomUUID(),
        client: {},
        signal: new AbortController().signal,
        log,
      },
      { id: String(request.params.id) },
    ),
});
await server.start();
process.stdout.write(`${server.info.uri}\n`);
