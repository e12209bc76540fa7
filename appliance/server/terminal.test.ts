import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTerminal, type Output } from './terminal.ts';

function screen(isTTY: boolean): { out: Output; text: () => string } {
  let text = '';
  const write = (chunk: unknown) => {
    text += chunk;
    return true;
  };
  return { out: { write, isTTY, columns: 40 } as Output, text: () => text };
}

test('without a terminal: plain lines, and what takes long is announced', async () => {
  const { out, text } = screen(false);
  const terminal = createTerminal(out, { env: {} });
  await terminal.step('quick', async () => 1);
  await terminal.step('slow', () => delay(1200));
  terminal.note('!', 'mind this');
  assert.match(text(), /^✓ quick \d\.\d s\n… slow, \d\.\d s\n✓ slow \d\.\d s\n! mind this\n$/);
});

test('in a terminal the line moves, and no wider than the terminal', async () => {
  const { out, text } = screen(true);
  await createTerminal(out, { env: {} }).step('a title that is longer than the terminal is wide', () =>
    delay(250),
  );
  const frames = text().split('\r\u001b[2K').slice(1, -1);
  assert.ok(frames.length >= 1);
  for (const frame of frames) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    assert.ok(frame.replace(/\u001b\[\d+m/g, '').length < 40, frame);
  }
});

test('NO_COLOR takes the colours away', async () => {
  const { out, text } = screen(true);
  await createTerminal(out, { env: { NO_COLOR: '1' } }).step('work', () => delay(150));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  assert.doesNotMatch(text(), /\u001b\[\d+m/);
});

test('a step that fails is marked and throws', async () => {
  const { out, text } = screen(false);
  const failing = createTerminal(out, { env: {} }).step('work', async () => {
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.equal(text(), '✗ work\n');
});
