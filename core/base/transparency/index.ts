export { recordBytes } from './canonical-record.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export {
  type ExportHeader,
  type ExportLeaf,
  exportLines,
  formatExportCheckpoint,
  formatExportHeader,
  formatExportLeaf,
  leafSignedBytes,
  leafTag,
  readerSignedBytes,
  type SignedLeaf,
} from './export-format.ts';
export { type NoteSigner, type OpenedNote, openNote, signNote } from './note.ts';
export { formatProof, type LogProof, parseProof, type VerifiedProof, verifyProof } from './proof.ts';
export { formatSyslog, type SyslogEvent } from './syslog.ts';
export { openSyslogSender, type SyslogSender, type SyslogSenderOptions } from './syslog-sender.ts';
export {
  appendLeaves,
  leafHash,
  type NodePlace,
  peaksOf,
  type ReadNodes,
  RunningTree,
  type TreeNode,
  treeRoot,
} from './tree.ts';
export { consistencyProof, inclusionProof } from './tree-proof.ts';
export { verifyConsistency, verifyInclusion } from './tree-verify.ts';
export { ed25519Key, parseVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';
export { type ExportTrust, type ExportVerdict, verifyExport } from './verify-export.ts';
