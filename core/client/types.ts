import type { components, paths } from './generated/api.d.ts';

type Schemas = components['schemas'];

/** A data set with its state, and its profile once it is `ready`. */
export type Dataset = Schemas['Dataset'];
export type Lineage = Schemas['Lineage'];
/** A data set as it stands in a list. */
export type DatasetSummary = Schemas['DatasetSummary'];
/** A page of data sets; `next` is what to give as `after`. */
export type DatasetPage = Schemas['DatasetPage'];
/** A tool as it stands in the catalogue. */
export type ToolSummary = Schemas['ToolSummary'];
/** Everything needed to choose and call a tool; `parameters` is a JSON Schema. */
export type Tool = Schemas['Tool'];
/** A plugin, or why it is in quarantine. */
export type Plugin = Schemas['Plugin'];
/** A signed package, as it is sent. */
export type PluginPackage = Schemas['PluginPackage'];
/** What was let in, by whom, signed with which keys. */
export type PluginReceipt = Schemas['PluginReceipt'];
/** What an operator says of a version. */
export type PluginChange = Schemas['PluginChange'];
/** Which version of a plugin a workspace means where a call names none. */
export type Pin = Schemas['Pin'];
/** What a workspace lets a plugin of a publisher have: what one version of it asked for. */
export type Grant = Schemas['Grant'];
/** What a version of a plugin changes, by its manifest. */
export type PluginChanges = Schemas['PluginChanges'];
/** The list of revocations that is in force. */
export type Revoked = Schemas['Revoked'];
/** A job with state, progress and outcome. Times are ISO 8601 in UTC. */
export type Job = Schemas['Job'];
/** A job as it stands in a list. */
export type JobSummary = Schemas['JobSummary'];
/** A page of jobs; `next` is what to give as `after`. */
export type JobPage = Schemas['JobPage'];
/** State of a job; the last three are final. */
export type JobState = Job['state'];
/** What a job is asked with: tool, data set by input, parameters, seed. */
export type SubmitRequest = Schemas['Submit'];
/** The structured report (`assay-report/1`). */
export type Report = Schemas['Report'];
/** That something was erased, with the certificate. */
export type Erasure = Schemas['Erasure'];
/** What is erased: a data set, or what is known of a person. */
export type ErasedSubject = Erasure['subject'];
/** Where the keys are, and what was rotated last. */
export type Keys = Schemas['Keys'];
/** A rotation of a key, and how far it is. */
export type Rotation = Schemas['Rotation'];
/** A limit of a workspace, with what is used and held of it. */
export type Quota = Schemas['Quota'];
/** Which limit is set to what. */
export type SetQuotaRequest =
  paths['/v1/workspaces/{id}/quotas']['post']['requestBody']['content']['application/json'];
/** One line of the audit trail. */
export type AuditRecord = Schemas['AuditRecord'];
/** A page of the audit trail; `next` is what to give as `before`. */
export type AuditPage = Schemas['AuditPage'];
/** That a record is in the signed tree. */
export type AuditProof = Schemas['AuditProof'];
/** Public keys by which the audit trail is verified. */
export type LogKeys = Schemas['LogKeys'];
/** Somebody who may sign in to the installation. */
export type User = Schemas['User'];
/** What a local account is made of. */
export type NewUser = Schemas['NewUser'];
/** With a password that works once. */
export type UserWithPassword = Schemas['UserWithPassword'];
/** A browser that somebody is signed in with. */
export type BrowserSession = Schemas['Session'];
/** An application or a program that asks the authorization server for access. */
export type OAuthClient = Schemas['Client'];
/** What a program that acts for itself is registered with. */
export type NewClient = Schemas['NewClient'];
/** Who the token belongs to. */
export type Me = Schemas['Me'];
/** An API token, never its text. */
export type Token = Schemas['Token'];
/** A token that was just made, with its text, which is shown this once. */
export type NewToken = Schemas['NewToken'];
/** What a token is made with. */
export type TokenRequest = Schemas['TokenRequest'];
/** What a token may be used for. */
export type Scope = Token['scopes'][number];
/** A person or a service with a role in the workspace. */
export type Member = Schemas['Member'];
/** Who becomes a member, and as what. */
export type MemberRequest = Schemas['MemberRequest'];
/** Name of a role that somebody can be given. */
export type RoleName = MemberRequest['role'];
/** A role, and what it permits. */
export type Role = Schemas['Role'];
/** A workspace as one of its members sees it. */
export type Workspace = Schemas['Workspace'];
/** What a workspace is made with. */
export type WorkspaceRequest = Schemas['WorkspaceRequest'];
/** What the one-time sign-in token was exchanged for. */
export type SignedIn = Schemas['SignedIn'];
/** Whether the server and its parts work. */
export type Health = Schemas['Health'];
/** Problem details (RFC 9457) as the server sends them. */
export type ProblemDetails = Schemas['Problem'];
/** One place in the input where something is wrong, and what would be right. */
export type Issue = Schemas['Issue'];
/** Code of an error of the product, such as `dataset.not_found`. */
export type ErrorCode = ProblemDetails['code'];
/** Which bytes of a data set: as uploaded, or as made from it. */
export type DatasetForm = 'original' | 'parquet' | 'arrow';
/** Every address of the API with its requests and answers, for callers who need one that has no verb here. */
export type ApiPaths = paths;

/** States after which a job does not change any more. */
export const finalStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
