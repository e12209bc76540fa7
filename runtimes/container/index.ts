export { removeLeftovers } from './engine.ts';
export { loadImage, tryImage } from './image.ts';
export { type BuiltImage, type ContainerOptions, containerRuntime } from './runtime.ts';
