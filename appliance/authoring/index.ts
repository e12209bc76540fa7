export type { KeyKind } from '@assay/core/plugins/trust';
export { type CaseRun, type CaseRunner, createCaseRunner, readCase } from './cases.ts';
export { type Checked, checkPlugin } from './check.ts';
export { createPlugin, type Language, type NewPlugin } from './create.ts';
export { describePlugin } from './describe.ts';
export { openPlaces, type Places, type PlacesOptions } from './places.ts';
export { listRegistry, type Published, publishInto, takeFrom } from './registry.ts';
export { makeKey, packInto, type Released, readReleased, signFile } from './release.ts';
export { signRevocationList, trustPublisher, trustRevokers } from './trust.ts';
export {
  type Concern,
  compareVersions,
  concerns,
  type Difference,
  openVersion,
  withOldCases,
} from './upgrade.ts';
