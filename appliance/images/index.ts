export { containerfileOf } from './containerfile.ts';
export { exportImage, importImage } from './exchange.ts';
export { installImage, sbomFile } from './install.ts';
export { collectPool } from './pool.ts';
export { type Recipe, recipes } from './recipes.ts';
export { readImages } from './record.ts';
export type { Sbom } from './sbom.ts';
export { type ImageFinding, verifyImage } from './verify.ts';
