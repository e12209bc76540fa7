import type { Database, Listener } from '../../base/database/index.ts';
import type { JobState } from './views.ts';

export interface JobChange {
  readonly workspace: string;
  readonly job: string;
  readonly state: JobState;
}

/** Tells those who asked that a job's row changed. What changed they read for themselves, as who they are. */
export interface JobChanges {
  /** `handler` gets undefined where changes may have been missed. @returns how to stop */
  subscribe(handler: (change: JobChange | undefined) => void): () => void;
  close(): Promise<void>;
}

export async function listenToJobs(database: Pick<Database, 'listen'>): Promise<JobChanges> {
  const handlers = new Set<(change: JobChange | undefined) => void>();
  const listener: Listener = await database.listen('assay_job', (payload) => {
    const [workspace, job, state] = payload.split(' ');
    const change = workspace && job && state ? { workspace, job, state: state as JobState } : undefined;
    for (const handler of handlers) handler(change);
  });
  return {
    subscribe(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    close: () => listener.close(),
  };
}
