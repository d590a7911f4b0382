/* How long pages of messages take with one, two and three Workers, in Debian's Chromium: `npm run bench:workers -w @secureconnect/crypto`. */
import { bundleTests } from './test/chromium/bundle.mjs';
import { withScriptedPage } from './test/chromium/page-with-script.mjs';

const ROUNDS = 15;
const folder = new URL('test/chromium/', import.meta.url);
const script = await bundleTests({ entry: new URL('open-pages.ts', folder), folder, platform: 'browser' });
await withScriptedPage(script, async (page, version) => {
  const rows = await page.evaluate(async (rounds) => {
    const answer = (worker) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) =>
          Array.isArray(data) || data === 'ready' ? resolve(data) : reject(new Error(data));
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    const ask = (worker, what) => {
      const answered = answer(worker);
      worker.postMessage(what);
      return answered;
    };
    const workers = Array.from({ length: 3 }, () => new globalThis.Worker('/script.js', { type: 'module' }));
    await Promise.all(workers.map(answer));
    const sealed = await Promise.all(workers.map((worker) => ask(worker, null)));
    /** One page, dealt out to so many Workers, answers included; milliseconds. */
    const open = async (size, count) => {
      const begun = performance.now();
      const share = Math.ceil(size / count);
      await Promise.all(
        workers.slice(0, count).map((worker, index) => {
          const mine = Math.min(share, size - index * share);
          return ask(worker, sealed[index].slice(0, mine));
        }),
      );
      return performance.now() - begun;
    };
    const found = [];
    for (const size of [50, 200]) {
      const times = [[], [], []];
      // in turns, so that a noisy moment strikes all alike; the first round warms up
      for (let round = 0; round <= rounds; round++) {
        for (let count = 1; count <= 3; count++) {
          const took = await open(size, count);
          if (round > 0) times[count - 1].push(took);
        }
      }
      for (const [index, list] of times.entries()) {
        const sorted = list.toSorted((left, right) => left - right);
        const at = (part) => sorted[Math.floor(sorted.length * part)];
        found.push({ size, workers: index + 1, median: at(0.5), tenth: at(0.1) });
      }
    }
    return found;
  }, ROUNDS);
  console.log(`Chromium ${version}, ${ROUNDS} rounds, milliseconds`);
  for (const { size, workers, median, tenth } of rows) {
    console.log(
      `a page of ${String(size).padStart(3)}, ${workers} worker${workers > 1 ? 's' : ' '}   median ${median.toFixed(1).padStart(6)}   best tenth ${tenth.toFixed(1).padStart(6)}`,
    );
  }
});
