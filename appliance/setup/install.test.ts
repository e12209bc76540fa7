import assert from 'node:assert/strict';
import { test } from 'node:test';
// @ts-expect-error plain JavaScript: it must run on Node 20, before anything is installed
import { isInstalled } from './install.mjs';

test('installs again when the lockfile changed or development packages are missing, and not else', () => {
  assert.equal(isInstalled(undefined, 'a', false), false);
  assert.equal(isInstalled({ digest: 'b', dev: true }, 'a', false), false);
  assert.equal(isInstalled({ digest: 'a', dev: false }, 'a', true), false);
  assert.equal(isInstalled({ digest: 'a', dev: false }, 'a', false), true);
  assert.equal(isInstalled({ digest: 'a', dev: true }, 'a', false), true);
});
