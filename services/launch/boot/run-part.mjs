import { spawn } from 'node:child_process';

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/** Ends the part that runs now, with everything it started. */
export function endRunningPart() {
  if (running !== undefined) signalGroup(running, 'SIGTERM');
}

/**
 * Runs one npm script with its output shown as it comes, in a process group of its own, so that whatever it starts ends with it.
 *
 * @param {string} repository
 * @param {string} script its name in package.json
 * @param {number} limitMs after this time the part is ended and has failed
 * @returns {Promise<{ output: string, code: number | null }>}
 */
export async function runPart(repository, script, limitMs) {
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running = child;
  let output = '';
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      to.write(text);
    });
  }
  const limit = setTimeout(() => {
    console.error(`\n${script} is still running after ${limitMs / 60_000} minutes: ended`);
    signalGroup(child, 'SIGKILL');
  }, limitMs);
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  clearTimeout(limit);
  running = undefined;
  return { output, code };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has just ended
  }
}
