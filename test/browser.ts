import { type Browser, chromium, type Page } from 'playwright-core';

/** Chromium of the machine, without a screen. Needs `need('chromium')`. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Root in a container has no user namespace to give to Chromium's own sandbox; the pages are ours.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

/** What axe-core (WCAG 2.2 A and AA) finds wrong on a page, in words. */
export async function findBarriers(page: Page): Promise<string[]> {
  const { createRequire } = await import('node:module');
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const cdp = await page.context().newCDPSession(page);
  // Our policy lets no script run on these pages; the tester's does, in a world of its own.
  await cdp.send('Page.setBypassCSP', { enabled: true });
  await cdp.send('Runtime.enable');
  const run = `${source};axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}).then(r=>JSON.stringify(r.violations.map(v=>v.id+': '+v.nodes.map(n=>n.target.join(' ')).join(', '))))`;
  const { result } = await cdp.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  await cdp.detach();
  return JSON.parse(String(result.value)) as string[];
}
