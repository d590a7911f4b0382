/*
 * What `npm run mallory` runs: a whole stack, a proxy between the services and the real client that plays the server's side of every
 * attack, and a line for each. The same specs run in `npm test`. Arguments: rows, such as `npm run mallory -- 26 40`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** @param {string[]} args */
const run = (...args) => spawnSync(process.execPath, args, { cwd: repository, stdio: 'inherit' }).status ?? 1;

const rows = process.argv.slice(2).map(Number);
if (rows.some((row) => !Number.isInteger(row) || row < 1)) {
  console.error('npm run mallory [-- <row of THREATS> ...]');
  process.exitCode = 2;
} else {
  const only = rows.length === 0 ? [] : ['--testNamePattern', String.raw`\[T-(?:${rows.join('|')})\]`];
  process.exitCode =
    run('node_modules/typescript/bin/tsc', '-b') ||
    run(
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--selectProjects=mallory',
      '--runInBand',
      '--reporters=<rootDir>/services/e2e/mallory/quiet-reporter.mjs',
      ...only,
    );
}
