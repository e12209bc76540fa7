export { type Anchor, fileAnchor, type SyslogOptions, syslogAnchor, tellAnchors } from './anchor.ts';
export { type AuditDocument, type AuditRow, leafDocument, macInput } from './leaf.ts';
export { type LogKeys, logKeysOf, logOrigin, logSigner } from './origin.ts';
export {
  type Act,
  type Actor,
  type Client,
  personalContext,
  recordAudit,
  systemActor,
  systemPrincipal,
} from './record.ts';
export { type SequenceOptions, sequenceRecords } from './sequence.ts';
export { latestHead, nodesIn } from './tree.ts';
