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
import { endRunningPart, runPart } from './boot/run-part.mjs';
import { countTests } from './boot/test-counts.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const PART_LIMIT_MS = 25 * 60_000;
const PARTS = [
  'format:check',
  'lint',
  'types',
  'rules',
  'test:unit',
  'test:integration',
  'test:stories',
  'test:mallory',
  'test:model',
  'test:crypto',
  'test:browser',
];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    endRunningCommand();
    endRunningPart();
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
const summary = [];
for (const part of PARTS) {
  console.log(`\n── ${part}`);
  const partBegun = Date.now();
  const { output, code } = await runPart(repository, part, PART_LIMIT_MS);
  const counts = countTests(output, code);
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

console.log(`\n${summary.join('\n')}\n${'all'.padEnd(18)}${seconds(begun).padStart(8)}\n`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param {number} from */
function seconds(from) {
  return `${((Date.now() - from) / 1000).toFixed(1)} s`;
}
