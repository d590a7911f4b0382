/*
 * What `npm run bench` runs: builds what is not up to date, then measures. In V8's eyes the post-quantum half of Web Crypto is
 * an experiment; that warning would be the first thing everybody sees.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** @param {'inherit' | 2} output @param {string[]} args */
const run = (output, ...args) =>
  spawnSync(process.execPath, args, { cwd: repository, stdio: ['inherit', output, 'inherit'] }).status ?? 1;

// What the compiler says goes to standard error: standard output belongs to --json.
process.exitCode =
  run(2, 'node_modules/typescript/bin/tsc', '-b') ||
  run('inherit', '--disable-warning=ExperimentalWarning', 'services/bench/dist/main.js', ...process.argv.slice(2));
