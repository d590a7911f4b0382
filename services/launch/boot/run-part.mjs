import { spawn } from 'node:child_process';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the parts that run now, with everything they started. */
export function endRunningParts() {
  for (const child of running) signalGroup(child, 'SIGTERM');
}

/**
 * Runs one npm script with its output shown as it comes, or all at once when it has ended, in a process group of its own, so that whatever it starts ends with it.
 *
 * @param {string} repository
 * @param {string} script its name in package.json
 * @param {{ limitMs: number, isShownAtEnd?: boolean, options?: readonly string[] }} how after `limitMs` the part is ended and has
 *   failed; `options` go to the script
 * @returns {Promise<{ output: string, code: number | null }>}
 */
export async function runPart(repository, script, { limitMs, isShownAtEnd = false, options = [] }) {
  const child = spawn('npm', ['run', '--silent', script, '--', ...options], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      if (!isShownAtEnd) to.write(text);
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
  running.delete(child);
  if (isShownAtEnd) process.stdout.write(output);
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
