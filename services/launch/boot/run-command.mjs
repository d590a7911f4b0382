import { spawn } from 'node:child_process';
import { launchFailure } from './launch-failure.mjs';

const LINES_SHOWN = 30;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/** Ends the command that runs now, if one does. */
export function endRunningCommand() {
  running?.kill('SIGTERM');
}

/**
 * Runs a command quietly. When it fails, the end of what it wrote is shown.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, failure: string }} options failure: the sentence for the operator when the command ends badly
 */
export async function runCommand(command, args, { cwd, failure }) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  /** @type {string[]} */
  const written = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => written.push(text));
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      written.push(error.message);
      resolve(1);
    });
    child.once('close', resolve);
  });
  running = undefined;
  if (code === 0) return;
  console.error(`\n${written.join('').trim().split('\n').slice(-LINES_SHOWN).join('\n')}`);
  throw launchFailure(failure);
}
