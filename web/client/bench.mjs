/*
 * How long an account of 100,000 lines takes to check, in a Worker of Debian's Chromium, beside the bare cryptography that it is made of:
 * `npm run bench -w @secureconnect/client`. CHROMIUM names another browser.
 */
import { bundleTests } from '../crypto/test/chromium/bundle.mjs';
import { withScriptedPage } from '../crypto/test/chromium/page-with-script.mjs';

const LINES = 100_000;
const PAGE = 500;
const ROUNDS = 7;
const MARK_MS = 2_000;

/** What runs in the Worker: takes the sizes, gives milliseconds. */
const contents = `
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import { receiptText } from '@secureconnect/contracts/statements';
import { toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { checkLines, NO_LINES } from './src/credits/check-lines.ts';
import { checkReceipt } from './src/credits/check-receipt.ts';

const { subtle } = globalThis.crypto;
const encoder = new TextEncoder();
const userId = 'a1'.repeat(16);

async function makeLines(count) {
  const lines = [];
  let hash = FIRST_LEDGER_HASH;
  for (let line = 1; line <= count; line++) {
    const key = line.toString(16).padStart(32, '0');
    const amount = line === 1 ? count : -1;
    const made = { line, reason: line === 1 ? 'opening' : 'message', key, amount, balance: count - line + 1, atMs: 1795000000000 + line };
    hash = toHex(new Uint8Array(await subtle.digest('SHA-256', encoder.encode(ledgerLineText(hash, { userId, ...made })))));
    lines.push({ ...made, hash });
  }
  return lines;
}

onmessage = async ({ data: { count, page, rounds } }) => {
  const lines = await makeLines(count);
  const bytes = lines.map((line, index) => encoder.encode(ledgerLineText(lines[index - 1]?.hash ?? FIRST_LEDGER_HASH, { userId, ...line })));
  const pair = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const publicKey = toBase64Url(new Uint8Array(await subtle.exportKey('raw', pair.publicKey)));
  const { line, hash, balance } = lines.at(-1);
  const unsigned = { userId, line, hash, balance, atMs: 1 };
  const text = encoder.encode(receiptText(unsigned));
  const signed = new Uint8Array(await subtle.sign('Ed25519', pair.privateKey, text));
  const receipt = { ...unsigned, signature: toBase64Url(signed) };
  const receipts = Math.ceil(count / page);
  const timed = async (work) => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  const floor = () => timed(async () => {
    for (let from = 0; from < bytes.length; from += 1000) {
      await Promise.all(bytes.slice(from, from + 1000).map((one) => subtle.digest('SHA-256', one)));
    }
    for (let n = 0; n < receipts; n++) await subtle.verify('Ed25519', pair.publicKey, signed, text);
  });
  const ours = () => timed(async () => {
    const fault = await checkLines(p, userId, lines, NO_LINES);
    if (fault !== null) throw new Error(JSON.stringify(fault));
    for (let n = 0; n < receipts; n++) {
      if (!(await checkReceipt(p, userId, publicKey, receipt))) throw new Error('unsigned');
    }
  });
  const times = { floor: [], ours: [] };
  // in turns, so that a noisy moment strikes both alike; the first round warms up
  for (let round = 0; round <= rounds; round++) {
    const pairOfTimes = [await floor(), await ours()];
    if (round === 0) continue;
    times.floor.push(pairOfTimes[0]);
    times.ours.push(pairOfTimes[1]);
  }
  // It has to find what is wrong, too: the last line of all.
  const wrong = await checkLines(p, userId, lines.with(-1, { ...lines.at(-1), atMs: 1 }), NO_LINES);
  postMessage({ ...times, wrong });
};
postMessage('ready');
`;

const folder = new URL('./', import.meta.url);
const script = await bundleTests({ contents, folder, platform: 'browser' });
const { version, found } = await withScriptedPage(script, async (page, browser) => {
  const sizes = { count: LINES, page: PAGE, rounds: ROUNDS };
  const answer = await page.evaluate(
    (asked) =>
      new Promise((resolve, reject) => {
        const worker = new globalThis.Worker('/script.js', { type: 'module' });
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.onmessage = ({ data }) => (data === 'ready' ? worker.postMessage(asked) : resolve(data));
      }),
    sizes,
  );
  return { version: browser, found: answer };
});

const median = (times) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];
const [ours, floor] = [median(found.ours), median(found.floor)];
const row = (name, ms) => `${name.padEnd(46)} ${ms.toFixed(0).padStart(6)} ms`;
console.log(
  `Chromium ${version}, ${LINES.toLocaleString('en')} lines and ${LINES / PAGE} receipts, median of ${ROUNDS} rounds`,
);
console.log(row('checked: hashes, sums, order, doubles, receipts', ours));
console.log(row('floor: SHA-256 and Ed25519 alone', floor));
console.log(
  `${(ours / floor).toFixed(2)} times the floor; mark ${MARK_MS} ms: ${ours < MARK_MS ? 'holds' : 'NOT HELD'}`,
);
if (found.wrong?.line !== LINES || ours >= MARK_MS) process.exitCode = 1;
