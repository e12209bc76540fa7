export {
  discardArtifacts,
  type OpenedArtifact,
  openArtifact,
  recordArtifact,
  type StoredArtifact,
  storeArtifact,
} from './store.ts';
export { sweepObjects } from './sweep.ts';
