/*
 * As much of Jest as the specs use, in a Worker: describe, describe.skip, it (with a timeout), beforeAll, beforeEach, expect. Everything runs in
 * the order in which it is written; one result goes to the page for each test.
 */
import { expect } from 'expect';

const DEFAULT_TIMEOUT_MS = 5_000;
const root = { name: '', before: [], each: [], entries: [], skipped: false };
let current = root;

function describe(name, body) {
  const block = { name, before: [], each: [], entries: [], skipped: current.skipped };
  current.entries.push({ block });
  const outer = current;
  current = block;
  body();
  current = outer;
}

describe.skip = (name, body) => {
  describe(name, body);
  current.entries.at(-1).block.skipped = true;
};

const it = (name, run, timeoutMs = DEFAULT_TIMEOUT_MS) => current.entries.push({ test: { name, run, timeoutMs } });
const beforeAll = (run) => current.before.push(run);
const beforeEach = (run) => current.each.push(run);

Object.assign(globalThis, { describe, it, test: it, beforeAll, beforeEach, expect });

async function within(timeoutMs, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function play(block, path, skipped, outerEach = []) {
  const isSkipped = skipped || block.skipped;
  const each = [...outerEach, ...block.each];
  if (!isSkipped) for (const run of block.before) await within(60_000, async () => run());
  for (const { block: inner, test } of block.entries) {
    if (inner !== undefined) {
      await play(inner, [...path, inner.name], isSkipped, each);
      continue;
    }
    const name = [...path, test.name].join(' › ');
    if (isSkipped) {
      globalThis.postMessage({ name, outcome: 'skipped' });
      continue;
    }
    try {
      for (const run of each) await within(test.timeoutMs, async () => run());
      await within(test.timeoutMs, async () => test.run());
      globalThis.postMessage({ name, outcome: 'passed' });
    } catch (error) {
      globalThis.postMessage({ name, outcome: 'failed', reason: String(error?.stack ?? error) });
    }
  }
}

/** Runs what was described since the script began; each spec's own top level is a block of its own. */
export async function runAll(specs) {
  for (const [file, load] of specs) {
    const block = { name: file, before: [], each: [], entries: [], skipped: false };
    current = block;
    try {
      await load();
      await play(block, [file], false);
    } catch (error) {
      globalThis.postMessage({ name: file, outcome: 'failed', reason: String(error?.stack ?? error) });
    }
  }
  globalThis.postMessage({ done: true });
}
