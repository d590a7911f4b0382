/*
 * What `npm test` runs: everything, from a fresh clone to a verdict, on a machine with Node 20 and npm. It imports no package,
 * because at first there is none. Each part also runs alone: npm run lint, npm run test:unit, npm run test:stories ...
 */
import { fileURLToPath } from 'node:url';
import { buildAll } from './boot/build.mjs';
import { installPackages } from './boot/install.mjs';
import { providePrograms } from './boot/programs.mjs';
import { step } from './boot/progress.mjs';
import { endRunningCommand } from './boot/run-command.mjs';
import { endRunningParts, runPart } from './boot/run-part.mjs';
import { countsOfBoth, failedFiles, flakyTests, ranToItsEnd, SECOND_TRY_FILES_MAX } from './boot/second-try.mjs';
import { countTests } from './boot/test-counts.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const PART_LIMIT_MS = 25 * 60_000;
/** What reads the sources only: side by side. */
const READINGS = ['format:check', 'lint', 'types', 'rules'];
const TESTS = [
  'test:unit',
  'test:integration',
  // stories, mallory and model
  'test:system',
  'test:crypto',
  'test:browser',
];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    endRunningCommand();
    endRunningParts();
    process.exit(130);
  });
}

const begun = Date.now();
try {
  await step('Packages', () => installPackages(repository));
  await step('Programs', () => providePrograms(['redis-server', 'nginx', 'chromium']));
  await step('Build', () => buildAll(repository));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];
/** @type {string[]} */
const unsteady = [];

console.log(`\n── ${READINGS.join(', ')}`);
await Promise.all(
  READINGS.map(async (part) => conclude(part, Date.now(), await runOnce(part, { isShownAtEnd: true }))),
);
for (const part of TESTS) {
  console.log(`\n── ${part}`);
  const partBegun = Date.now();
  conclude(part, partBegun, await runTwice(part));
}

console.log(`\n${summary.join('\n')}\n${'all'.padEnd(18)}${seconds(begun).padStart(8)}\n`);
for (const name of unsteady) console.log(`passed on the second try only: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/**
 * @param {string} part
 * @param {{ isShownAtEnd?: boolean, options?: readonly string[] }} [how]
 */
async function runOnce(part, how = {}) {
  const { output, code } = await runPart(repository, part, { limitMs: PART_LIMIT_MS, ...how });
  unsteady.push(...flakyTests(output));
  return { ...countTests(output, code), files: code === 0 ? [] : failedFiles(output), isWhole: ranToItsEnd(output) };
}

/** @param {string} part */
async function runTwice(part) {
  const first = await runOnce(part);
  if (!first.isWhole || first.files.length === 0 || first.files.length > SECOND_TRY_FILES_MAX) return first;
  console.log(`\n── ${part}, once more: ${first.files.join(', ')}`);
  const second = await runOnce(part, { options: ['--runTestsByPath', ...first.files] });
  unsteady.push(...first.files.filter((file) => !second.files.includes(file)));
  return countsOfBoth(first, second);
}

/**
 * @param {string} part
 * @param {number} partBegun
 * @param {import('./boot/test-counts.mjs').Counts} counts
 */
function conclude(part, partBegun, counts) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  summary.push(
    [
      part.padEnd(18),
      seconds(partBegun).padStart(8),
      `${counts.passed} passed`.padStart(13),
      `${counts.failed} failed`.padStart(11),
    ].join(''),
  );
}

/** @param {number} from */
function seconds(from) {
  return `${((Date.now() - from) / 1000).toFixed(1)} s`;
}
