import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFence, readList } from './processors.ts';

describe('processors of programs', () => {
  test('lists as the kernel writes them', () => {
    assert.deepEqual(readList('0-2,5,8-9'), [0, 1, 2, 5, 8, 9]);
    assert.deepEqual(readList('3'), [3]);
  });

  test('some are left alone by a run that is not shipped, and by what is started while it goes on', () => {
    const fence = createFence({ all: '0,1', others: '1' });
    assert.equal(fence.ahead(), '0,1');
    const [one, two] = [fence.enter(false), fence.enter(false)];
    assert.deepEqual([one.processorList, fence.ahead(), fence.enter(true).processorList], ['1', '1', '0,1']);
    one.leave();
    assert.equal(fence.ahead(), '1');
    two.leave();
    assert.equal(fence.ahead(), '0,1');
  });

  test('where none are kept, nothing is said', () => {
    const fence = createFence(undefined);
    assert.deepEqual([fence.ahead(), fence.enter(false).processorList], [undefined, undefined]);
  });
});
