export { installImage } from './install.ts';
export { type Recipe, recipes } from './recipes.ts';
export { readImages } from './record.ts';
