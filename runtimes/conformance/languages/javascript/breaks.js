export function run() {
  throw new Error('broken');
}
