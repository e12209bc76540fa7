export { dataKeyContext } from './object.ts';
export { recoverObject } from './recover.ts';
export {
  discardArtifacts,
  forgetArtifacts,
  type OpenedArtifact,
  openArtifact,
  type Place,
  recordArtifact,
  type StoredArtifact,
  storeArtifact,
} from './store.ts';
export { sweepObjects } from './sweep.ts';
