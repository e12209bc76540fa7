export { removeLeftovers } from './engine.ts';
export { inspectImage, loadImage, saveImage, tryImage } from './image.ts';
export { type BuiltImage, type ContainerOptions, containerRuntime } from './runtime.ts';
