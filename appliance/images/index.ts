export { exportImage, importImage } from './exchange.ts';
export { installImage } from './install.ts';
export { type Recipe, recipes } from './recipes.ts';
export { readImages } from './record.ts';
export { type ImageFinding, verifyImage } from './verify.ts';
