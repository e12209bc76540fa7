export { type Anchor, fileAnchor, type SyslogOptions, syslogAnchor, tellAnchors } from './anchor.ts';
export { type AuditDocument, type AuditRow, isGenuine, leafBytes, leafDocument, tagKeyOf } from './leaf.ts';
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
export { recallMissed, type SequenceOptions, sequenceRecords } from './sequence.ts';
export { latestHead, nodesIn } from './tree.ts';
export { openHead, requireLeaf } from './trusted-tree.ts';
