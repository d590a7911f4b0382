/* The table of PROTOCOL 11 beside what this machine does, in Node and in a Worker of Debian's Chromium: `npm run bench`. */
import { bundleTests } from './test/chromium/bundle.mjs';
import { withScriptedPage } from './test/chromium/page-with-script.mjs';

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
  return withScriptedPage(script, (page) =>
    page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const worker = new globalThis.Worker('/script.js', { type: 'module' });
          worker.onmessage = ({ data }) => (data.rows ? resolve(data.rows) : reject(new Error(data.error)));
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
    ),
  );
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
