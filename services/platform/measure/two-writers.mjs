/*
 * How long does a durable commit take when several processes write one store?
 *   node services/platform/measure/two-writers.mjs [processes=2] [seconds=5] [jobs in flight per process=20]
 * Each process keeps that many 1.4 kB inserts in flight in a tight loop. Prints waits from asking to durable, in ms.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../dist/store/store.js';

class OpenRows1790000000000 {
  async up(runner) {
    await runner.query('CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  }
  async down() {}
}

async function write({ file, seconds, inFlight, writers, rate }) {
  const commits = { count: 0, jobs: 0, longestMs: 0 };
  const store = await openStore({
    file,
    entities: [],
    migrations: [OpenRows1790000000000],
    writers,
    onCommit: ({ jobs, durationMs }) => {
      commits.count++;
      commits.jobs += jobs;
      commits.longestMs = Math.max(commits.longestMs, durationMs);
    },
  });
  let statement;
  const body = Buffer.alloc(1400, 7);
  const waits = [];
  const until = performance.now() + seconds * 1000;
  const one = async (asked) => {
    await store.writes.commit((database) => {
      statement ??= database.prepare('INSERT INTO rows (body) VALUES (?)');
      statement.run(body);
    });
    waits.push(performance.now() - asked);
  };
  if (rate > 0) {
    // Open loop: a fixed rate, whatever the store does.
    const pending = [];
    const began = performance.now();
    for (let sent = 0; performance.now() < until;) {
      const due = Math.floor(((performance.now() - began) / 1000) * rate);
      while (sent < due) {
        sent++;
        pending.push(one(began + (sent / rate) * 1000));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(pending);
  } else {
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (performance.now() < until) await one(performance.now());
      }),
    );
  }
  await store.close();
  waits.sort((a, b) => a - b);
  const at = (share) => Number((waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0).toFixed(2));
  return {
    rowsPerSecond: Math.round(waits.length / seconds),
    rowsPerCommit: Number((commits.jobs / commits.count).toFixed(1)),
    p50: at(0.5),
    p99: at(0.99),
    'p99.9': at(0.999),
    max: at(1),
    longestCommit: Number(commits.longestMs.toFixed(2)),
  };
}

if (process.argv[2] === '--writer') {
  process.send(await write(JSON.parse(process.argv[3])));
  process.exit(0);
}

const [processes = 2, seconds = 5, inFlight = 20, rate = 0] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'sc-writers-'));
const options = { file: join(folder, 'store.db'), seconds, inFlight, rate, writers: processes > 1 ? 'many' : 'one' };
const results = await Promise.all(
  Array.from({ length: processes }, () => {
    const child = fork(process.argv[1], ['--writer', JSON.stringify(options)]);
    return new Promise((resolve) => child.once('message', resolve));
  }),
);
console.table(results);
rmSync(folder, { recursive: true, force: true });
