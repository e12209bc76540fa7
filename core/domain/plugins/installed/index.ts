export { type Given, giveInstalled } from './give.ts';
export { type Gate, type Installation, install } from './install.ts';
export { readLastRevocations, takeRevocations } from './revoked.ts';
export { sourceOf } from './sources.ts';
export { removeVersion, type Stock, stockRelease } from './stock.ts';
export {
  changeStanding,
  type Installed,
  type Receipt,
  readInstalled,
  type Standing,
} from './store.ts';
