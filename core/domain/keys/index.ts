export { getKeys, getRotation } from './get.ts';
export { createRewrapper } from './rewrap.ts';
export { rotateKey } from './rotate.ts';
export type { KeysView, RotatedKey, RotationView } from './views.ts';
