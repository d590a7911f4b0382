/* The table of PROTOCOL 11 beside what this machine does, in Node and in a Worker of Debian's Chromium: `npm run bench`. */
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { bundleTests } from './test/chromium/bundle.mjs';

const folder = new URL('test/chromium/', import.meta.url);
const contents = `import { measure } from './measure.js';`;

async function inNode() {
  const script = await bundleTests({ contents: `${contents}\nexport { measure };`, folder, platform: 'node' });
  process.removeAllListeners('warning');
  const { measure } = await import(`data:text/javascript;base64,${Buffer.from(script).toString('base64')}`);
  return measure();
}

async function inChromium() {
  const start = `measure().then((rows) => postMessage({ rows }), (error) => postMessage({ error: String(error.stack) }));`;
  const script = await bundleTests({ contents: `${contents}\n${start}`, folder, platform: 'browser' });
  const server = createServer((request, response) => {
    const isScript = request.url === '/measure.js';
    response
      .setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      .end(isScript ? script : '<!doctype html>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new globalThis.Worker('/measure.js', { type: 'module' });
          worker.onmessage = ({ data }) => (data.rows ? resolve(data.rows) : reject(new Error(data.error)));
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    );
  } finally {
    await browser.close();
    server.close();
  }
}

const chromiumRows = await inChromium();
const nodeRows = await inNode();
const text = (ms) => (ms === null ? '' : ms >= 10 ? ms.toFixed(0) : ms.toFixed(3)).padStart(10);
console.log(
  `${'milliseconds, median'.padEnd(32)}${['PROTOCOL', 'Chromium', 'Node'].map((name) => name.padStart(10)).join('')}`,
);
for (const [index, { what, targetMs, tookMs }] of chromiumRows.entries()) {
  console.log(`${what.padEnd(32)}${text(targetMs)}${text(tookMs)}${text(nodeRows[index].tookMs)}`);
}
