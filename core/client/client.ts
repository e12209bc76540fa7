import { membership } from './membership.ts';
import { toError } from './problem.ts';
import { type CallOptions, type ClientOptions, createTransport, unwrap } from './transport.ts';
import {
  type AuditPage,
  type AuditProof,
  type BrowserSession,
  type Dataset,
  type DatasetForm,
  type DatasetPage,
  type ErasedSubject,
  type Erasure,
  finalStates,
  type Grant,
  type Health,
  type Job,
  type JobPage,
  type JobState,
  type Keys,
  type Lineage,
  type LogKeys,
  type Me,
  type Member,
  type MemberRequest,
  type NewClient,
  type NewToken,
  type NewUser,
  type OAuthClient,
  type Pin,
  type Plugin,
  type PluginChange,
  type PluginChanges,
  type PluginPackage,
  type PluginReceipt,
  type Quota,
  type Report,
  type Revoked,
  type Role,
  type RoleName,
  type Rotation,
  type SetQuotaRequest,
  type SignedIn,
  type SubmitRequest,
  type Token,
  type TokenRequest,
  type Tool,
  type ToolSummary,
  type User,
  type UserWithPassword,
  type Workspace,
  type WorkspaceRequest,
} from './types.ts';
import { type UploadRequest, uploadDataset } from './upload.ts';
import { lookUntil } from './wait.ts';
import { type WatchOptions, watchJob } from './watch.ts';

/** Which page of a list. */
export interface ToolSearchOptions extends CallOptions {
  /** Id of the data set at hand. */
  readonly dataset?: string;
  /** Most answers, 10 without it. */
  readonly limit?: number;
}

export interface PageOptions extends CallOptions {
  /** 1 to 200; 50 without it. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/**
 * One verb for each thing that the API does. Every call may fail with `AssayProblem` (the server says no) or
 * `AssayUnreachable` (no server said anything).
 */
export interface Client {
  /** Whether the server and its parts work; also while they do not. */
  health(options?: CallOptions): Promise<Health>;
  /** Turns the one-time token that the start printed into an API token. */
  signIn(startToken: string, options?: CallOptions): Promise<SignedIn>;
  /** Who the token belongs to, where it is good, and for what. */
  me(options?: CallOptions): Promise<Me>;
  /** The caller's own, or all of the workspace for who may see them; newest first. */
  listTokens(options?: CallOptions): Promise<readonly Token[]>;
  /** `token` of the answer is its text, which is shown this once. */
  createToken(request: TokenRequest, options?: CallOptions): Promise<NewToken>;
  revokeToken(id: string, options?: CallOptions): Promise<Token>;
  listMembers(options?: CallOptions): Promise<readonly Member[]>;
  addMember(request: MemberRequest, options?: CallOptions): Promise<Member>;
  changeRole(member: string, role: RoleName, options?: CallOptions): Promise<Member>;
  removeMember(member: string, options?: CallOptions): Promise<Member>;
  /** Makes a member that is a program; `createToken` makes its tokens. */
  createService(name: string, role: RoleName, options?: CallOptions): Promise<Member>;
  listRoles(options?: CallOptions): Promise<readonly Role[]>;
  /** Those that the caller is a member of. */
  listWorkspaces(options?: CallOptions): Promise<readonly Workspace[]>;
  createWorkspace(request: WorkspaceRequest, options?: CallOptions): Promise<Workspace>;
  renameWorkspace(id: string, name: string, options?: CallOptions): Promise<Workspace>;
  /** Streams a file in. It is `received`; `waitForDataset` waits until it can be used. */
  uploadDataset(request: UploadRequest): Promise<Dataset>;
  /** Waits until a data set is `ready` or `rejected`. */
  waitForDataset(id: string, options?: CallOptions): Promise<Dataset>;
  getDataset(id: string, options?: CallOptions): Promise<Dataset>;
  /** What it was made of, and what was made of it. */
  getLineage(id: string, options?: CallOptions): Promise<Lineage>;
  /** Newest first. */
  listDatasets(options?: PageOptions): Promise<DatasetPage>;
  /** The bytes of a data set, as a stream. */
  readDataset(id: string, form?: DatasetForm, options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  listTools(options?: CallOptions): Promise<readonly ToolSummary[]>;
  /** Tools that answer a question in plain words, the likeliest first; with a data set, how each goes together with it. */
  searchTools(question: string, options?: ToolSearchOptions): Promise<readonly ToolSummary[]>;
  /** `name` as in `statistics/t-test`, or with an exact version `statistics/t-test@1.0.0`. */
  getTool(name: string, options?: CallOptions): Promise<Tool>;
  listPlugins(options?: CallOptions): Promise<readonly Plugin[]>;
  /** Installs a signed package; its tools are in every catalogue when this returns. */
  installPlugin(given: PluginPackage, options?: CallOptions): Promise<PluginReceipt>;
  /** Disables or deprecates a version (`acme-dose@1.0.0`), or takes that back. */
  changePlugin(version: string, change: PluginChange, options?: CallOptions): Promise<Plugin>;
  /** What a version (`acme-dose@2.0.0`) changes from another, or from the newest older one that the workspace uses. */
  listChanges(version: string, from?: string, options?: CallOptions): Promise<PluginChanges>;
  /** The package of an installed version (`acme-dose@2.0.0`) with its signatures. */
  getPackage(version: string, options?: CallOptions): Promise<PluginPackage>;
  /** Takes a version away, where no job needs it. */
  removePlugin(version: string, options?: CallOptions): Promise<void>;
  /** Versions of plugins that the workspace is pinned to. */
  listPins(options?: CallOptions): Promise<readonly Pin[]>;
  /** Fixes which version the workspace means where a call names none: `acme-dose@1.0.0`, `acme-dose@^1`. */
  pinPlugin(version: string, options?: CallOptions): Promise<Pin>;
  unpinPlugin(plugin: string, options?: CallOptions): Promise<void>;
  /** What the workspace lets plugins of publishers have. */
  listGrants(options?: CallOptions): Promise<readonly Grant[]>;
  /** Lets a plugin have in this workspace what a version of it (`acme-dose@1.0.0`) asks for. */
  grantPlugin(version: string, options?: CallOptions): Promise<Grant>;
  /** Takes a grant back. */
  withdrawGrant(plugin: string, options?: CallOptions): Promise<void>;
  /** Imports a signed list of what is revoked. */
  importRevocations(list: string, options?: CallOptions): Promise<Revoked>;
  /** Submits a job. With the same `idempotencyKey` the same request makes one job, however often it is sent. */
  submitJob(
    request: SubmitRequest,
    options?: CallOptions & { readonly idempotencyKey?: string },
  ): Promise<Job>;
  getJob(id: string, options?: CallOptions): Promise<Job>;
  /** Newest first. */
  listJobs(options?: PageOptions & { readonly state?: JobState }): Promise<JobPage>;
  cancelJob(id: string, options?: CallOptions): Promise<Job>;
  /** The job now and after every change, until it is finished. Takes a broken connection up again. */
  watchJob(id: string, options?: WatchOptions): AsyncGenerator<Job, void>;
  /** Waits until a job is finished, however it ends. */
  waitForJob(id: string, options?: CallOptions): Promise<Job>;
  /** The structured report. */
  getReport(id: string, options?: CallOptions): Promise<Report>;
  /** The report as one self-contained HTML file. */
  getReportHtml(id: string, options?: CallOptions): Promise<string>;
  /** Destroys the key of a data set or of a person, for good. `reason` is kept, and names nobody. */
  erase(subject: ErasedSubject, reason: string, options?: CallOptions): Promise<Erasure>;
  /** Newest first. */
  listErasures(options?: CallOptions): Promise<readonly Erasure[]>;
  getErasure(id: string, options?: CallOptions): Promise<Erasure>;
  getKeys(options?: CallOptions): Promise<Keys>;
  /** Begins a rotation; `getRotation` says how far it is. */
  rotateKey(key: Rotation['key'], options?: CallOptions): Promise<Rotation>;
  getRotation(id: string, options?: CallOptions): Promise<Rotation>;
  /** Those of the token's workspace. */
  listQuotas(options?: CallOptions): Promise<readonly Quota[]>;
  /** Sets a quota of any workspace, and answers all of that workspace's. */
  setQuota(workspace: string, quota: SetQuotaRequest, options?: CallOptions): Promise<readonly Quota[]>;
  /** Newest first. */
  listAuditRecords(
    options?: CallOptions & { readonly limit?: number; readonly before?: number },
  ): Promise<AuditPage>;
  /** The audit trail for a verifier, as a stream of lines of JSON. */
  exportAudit(options?: CallOptions): Promise<ReadableStream<Uint8Array>>;
  proveAuditRecord(seq: number, options?: CallOptions): Promise<AuditProof>;
  getLogKeys(options?: CallOptions): Promise<LogKeys>;
  /** People who may sign in to this installation. */
  listUsers(options?: CallOptions): Promise<readonly User[]>;
  /** Makes a local account with a password that works once. */
  createUser(user: NewUser, options?: CallOptions): Promise<UserWithPassword>;
  setUserDisabled(id: string, disabled: boolean, options?: CallOptions): Promise<User>;
  resetPassword(id: string, removeSecondFactor: boolean, options?: CallOptions): Promise<UserWithPassword>;
  /** One's own signed-in browsers. */
  listSessions(options?: CallOptions): Promise<readonly BrowserSession[]>;
  endSession(id: string, options?: CallOptions): Promise<void>;
  /** OAuth clients that were imported or registered. */
  listClients(options?: CallOptions): Promise<readonly OAuthClient[]>;
  /** Imports a client ID metadata document, where it cannot be fetched. */
  importClient(document: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<OAuthClient>;
  /** Registers a program that acts for itself with a key of its own. */
  registerClient(client: NewClient, options?: CallOptions): Promise<OAuthClient>;
  removeClient(id: string, options?: CallOptions): Promise<void>;
}

function splitTool(name: string): { path: { plugin: string; tool: string }; query: { version?: string } } {
  const [full = '', version] = name.split('@', 2);
  const [plugin, tool] = full.split('/', 2);
  if (!plugin || !tool)
    throw new TypeError(`"${name}" is no name of a tool; one looks like statistics/t-test.`);
  return { path: { plugin, tool }, query: version === undefined ? {} : { version } };
}

function splitVersion(name: string): { plugin: string; version: string } {
  const [plugin, version] = name.split('@', 2);
  if (!plugin || !version)
    throw new TypeError(`"${name}" names no version of a plugin; one looks like acme-dose@1.0.0.`);
  return { plugin, version };
}

/**
 * A client of one Assay server, for one principal.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:7400', token });
 * const { id } = await client.uploadDataset({
 *   name: 'sleep.csv',
 *   mediaType: 'text/csv',
 *   body: await openAsBlob('sleep.csv'),
 * });
 * await client.waitForDataset(id);
 * const job = await client.submitJob({ tool: 'explore/describe', inputs: { data: id } });
 * for await (const { state, progress } of client.watchJob(job.id)) console.log(state, progress?.stage);
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  const { GET, POST, DELETE } = transport.typed;
  const take = <T>(answering: Promise<{ data?: T; error?: unknown; response: Response }>) =>
    unwrap(transport.url, answering);
  const client: Client = {
    async health(call = {}) {
      const { data, error, response } = await GET('/health', { ...call });
      if (data) return data;
      // 503 is an answer here: the same document, saying which part does not work.
      if (error && 'parts' in error) return error;
      throw toError(response, error);
    },
    signIn: (token, call = {}) => take(POST('/v1/sign-in', { ...call, body: { token } })),
    me: (call = {}) => take(GET('/v1/me', { ...call })),
    ...membership(transport),
    uploadDataset: (request) => uploadDataset(transport, request),
    waitForDataset: (id, call = {}) =>
      lookUntil(async () => {
        const dataset = await client.getDataset(id, call);
        return dataset.state === 'received' ? undefined : dataset;
      }, call),
    getLineage: (id, call = {}) =>
      take(GET('/v1/datasets/{id}/lineage', { ...call, params: { path: { id } } })),
    getDataset: (id, call = {}) => take(GET('/v1/datasets/{id}', { ...call, params: { path: { id } } })),
    listDatasets: ({ signal, ...query } = {}) =>
      take(GET('/v1/datasets', { ...(signal ? { signal } : {}), params: { query } })),
    async readDataset(id, form = 'original', call = {}) {
      const response = await transport.raw(
        `/v1/datasets/${encodeURIComponent(id)}/content?form=${form}`,
        call,
      );
      return response.body ?? new Blob([]).stream();
    },
    listTools: async (call = {}) => (await take(GET('/v1/tools', { ...call }))).items,
    searchTools: async (q, { signal, ...query } = {}) =>
      (await take(GET('/v1/tools', { ...(signal ? { signal } : {}), params: { query: { q, ...query } } })))
        .items,
    getTool: async (name, call = {}) =>
      take(GET('/v1/tools/{plugin}/{tool}', { ...call, params: splitTool(name) })),
    listPlugins: async (call = {}) => (await take(GET('/v1/plugins', { ...call }))).items,
    installPlugin: (body, call = {}) => take(POST('/v1/plugins', { ...call, body })),
    changePlugin: (version, body, call = {}) =>
      take(
        POST('/v1/plugins/{plugin}/{version}', { ...call, body, params: { path: splitVersion(version) } }),
      ),
    listChanges: (version, from, call = {}) =>
      take(
        GET('/v1/plugins/{plugin}/{version}/changes', {
          ...call,
          params: { path: splitVersion(version), query: from === undefined ? {} : { from } },
        }),
      ),
    getPackage: (version, call = {}) =>
      take(
        GET('/v1/plugins/{plugin}/{version}/package', { ...call, params: { path: splitVersion(version) } }),
      ),
    async removePlugin(version, call = {}) {
      await take(
        DELETE('/v1/plugins/{plugin}/{version}', { ...call, params: { path: splitVersion(version) } }),
      );
    },
    listPins: async (call = {}) => (await take(GET('/v1/pins', { ...call }))).items,
    pinPlugin: (name, call = {}) => {
      const { plugin, version } = splitVersion(name);
      return take(POST('/v1/pins/{plugin}', { ...call, params: { path: { plugin } }, body: { version } }));
    },
    async unpinPlugin(plugin, call = {}) {
      await take(DELETE('/v1/pins/{plugin}', { ...call, params: { path: { plugin } } }));
    },
    listGrants: async (call = {}) => (await take(GET('/v1/grants', { ...call }))).items,
    grantPlugin: (name, call = {}) => {
      const { plugin, version } = splitVersion(name);
      return take(POST('/v1/grants/{plugin}', { ...call, params: { path: { plugin } }, body: { version } }));
    },
    async withdrawGrant(plugin, call = {}) {
      await take(DELETE('/v1/grants/{plugin}', { ...call, params: { path: { plugin } } }));
    },
    importRevocations: (list, call = {}) =>
      take(POST('/v1/plugins/revocations', { ...call, body: { list } })),
    submitJob: (body, { idempotencyKey: key, ...call } = {}) =>
      take(
        POST('/v1/jobs', {
          ...call,
          body,
          params: { header: key === undefined ? {} : { 'idempotency-key': key } },
        }),
      ),
    getJob: (id, call = {}) => take(GET('/v1/jobs/{id}', { ...call, params: { path: { id } } })),
    listJobs: ({ signal, ...query } = {}) =>
      take(GET('/v1/jobs', { ...(signal ? { signal } : {}), params: { query } })),
    cancelJob: (id, call = {}) => take(DELETE('/v1/jobs/{id}', { ...call, params: { path: { id } } })),
    watchJob: (id, watch) => watchJob(transport, id, watch),
    async waitForJob(id, call = {}) {
      for await (const job of watchJob(transport, id, call)) if (finalStates.includes(job.state)) return job;
      return client.getJob(id, call);
    },
    getReport: (id, call = {}) => take(GET('/v1/reports/{id}', { ...call, params: { path: { id } } })),
    getReportHtml: (id, call = {}) =>
      take(GET('/v1/reports/{id}.html', { ...call, params: { path: { id } }, parseAs: 'text' })),
    erase: (subject, reason, call = {}) => take(POST('/v1/erasures', { ...call, body: { subject, reason } })),
    listErasures: async (call = {}) => (await take(GET('/v1/erasures', { ...call }))).items,
    getErasure: (id, call = {}) => take(GET('/v1/erasures/{id}', { ...call, params: { path: { id } } })),
    getKeys: (call = {}) => take(GET('/v1/keys', { ...call })),
    rotateKey: (key, call = {}) => take(POST('/v1/keys/rotations', { ...call, body: { key } })),
    getRotation: (id, call = {}) =>
      take(GET('/v1/keys/rotations/{id}', { ...call, params: { path: { id } } })),
    listQuotas: async (call = {}) => (await take(GET('/v1/quotas', { ...call }))).items,
    setQuota: async (id, body, call = {}) =>
      (await take(POST('/v1/workspaces/{id}/quotas', { ...call, params: { path: { id } }, body }))).items,
    listAuditRecords: ({ signal, ...query } = {}) =>
      take(GET('/v1/audit/records', { ...(signal ? { signal } : {}), params: { query } })),
    async exportAudit(call = {}) {
      const response = await transport.raw('/v1/audit/export', call);
      return response.body ?? new Blob([]).stream();
    },
    proveAuditRecord: (seq, call = {}) =>
      take(GET('/v1/audit/records/{seq}/proof', { ...call, params: { path: { seq: String(seq) } } })),
    getLogKeys: (call = {}) => take(GET('/v1/audit/keys', { ...call })),
    listUsers: async (call = {}) => (await take(GET('/v1/users', { ...call }))).items,
    createUser: (body, call = {}) => take(POST('/v1/users', { ...call, body })),
    setUserDisabled: (id, disabled, call = {}) =>
      take(POST('/v1/users/{id}', { ...call, params: { path: { id } }, body: { disabled } })),
    resetPassword: (id, removeSecondFactor, call = {}) =>
      take(
        POST('/v1/users/{id}/reset-password', {
          ...call,
          params: { path: { id } },
          body: { removeSecondFactor },
        }),
      ),
    listSessions: async (call = {}) => (await take(GET('/v1/sessions', { ...call }))).items,
    async endSession(id, call = {}) {
      await take(DELETE('/v1/sessions/{id}', { ...call, params: { path: { id } } }));
    },
    listClients: async (call = {}) => (await take(GET('/v1/clients', { ...call }))).items,
    importClient: (document, call = {}) => take(POST('/v1/clients/imports', { ...call, body: { document } })),
    registerClient: (body, call = {}) => take(POST('/v1/clients', { ...call, body })),
    async removeClient(id, call = {}) {
      await take(DELETE('/v1/clients/{id}', { ...call, params: { path: { id } } }));
    },
  };
  return client;
}
