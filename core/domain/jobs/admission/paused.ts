import { AssayError } from '@assay/sdk';
import type { Admission } from './admission.ts';

const withinMs = 10 * 60_000;

/** How a run ends that its plugin is to blame for: it threw, died, took too much or too long, or gave no result. */
const crashes: ReadonlySet<string> = new Set([
  'job.tool_failed',
  'job.timeout',
  'job.limit_exceeded',
  'job.output_invalid',
  'run.protocol_violated',
]);

/**
 * Whether a plugin of others crashed at each of its last runs in this workspace. Then it rests until ten minutes after the first
 * of them, so that it does not use up what the workspace has; other workspaces and versions go on.
 * @throws AssayError `plugin.paused`, with the jobs and when it is worth asking again
 */
export async function requireNotPaused({ deps, query, tool }: Admission): Promise<void> {
  const most = deps.limits.pauseAfter;
  const { plugin } = tool;
  if (plugin.trust === 'shipped' || most === 0) return;
  const last = await query
    .selectFrom('assay.job as j')
    .leftJoin('assay.run as r', (join) => join.onRef('r.job_id', '=', 'j.id').on('r.state', '=', 'failed'))
    .select(['j.id', 'j.tool', 'j.finished_at as finished', 'r.error_code as code'])
    .where('j.plugin_digest', '=', plugin.digest)
    .where('j.state', 'in', ['succeeded', 'failed'])
    .orderBy('j.finished_at', 'desc')
    .limit(most)
    .execute();
  const until = Math.min(...last.map(({ finished }) => (finished?.getTime() ?? 0) + withinMs));
  const now = Date.now();
  if (last.length < most || until <= now || !last.every(({ code }) => crashes.has(code ?? ''))) return;
  throw new AssayError(
    'plugin.paused',
    `${plugin.name} ${plugin.version} crashed in its last ${most} jobs here, and rests until ${new Date(until).toISOString()}.`,
    {
      retryAfter: Math.ceil((until - now) / 1000),
      issues: last.map(({ id, tool: name, code }) => ({
        pointer: '/tool',
        code: 'CRASHED',
        detail: `job ${id} of ${name} ended with ${code}`,
        hint: 'GET /v1/jobs/{id} says more.',
      })),
    },
  );
}
