/**
 * A test that kills a process in the middle of a write has a thousand ways to take, and the machines that run it have two busy
 * cores. What fails is tried once more, alone; what then passes is named, every time, so that somebody looks for the reason.
 * More than a handful is no chance: that is not tried again.
 */
export const SECOND_TRY_FILES_MAX = 3;

const ANSI = new RegExp(String.raw`\u001b\[[0-9;]*m`, 'g');

/**
 * The test files that Jest names as failed, each once.
 *
 * @param {string} output what the part wrote
 * @returns {string[]} paths as Jest wrote them
 */
export function failedFiles(output) {
  const found = output.replace(ANSI, '').matchAll(/^\s*FAIL(?:\s+\S+)?\s+(\S+\.spec\.ts)(?: \(.*\))?$/gm);
  return [...new Set([...found].map(([, path]) => path ?? ''))];
}

/**
 * Whether Jest came to its end: one that was ended or fell over has tests that nobody saw.
 *
 * @param {string} output what the part wrote
 */
export function ranToItsEnd(output) {
  return /^Ran all test suites/m.test(output.replace(ANSI, ''));
}

/**
 * The browser tests that failed and passed when Playwright tried them again.
 *
 * @param {string} output what the part wrote
 * @returns {string[]} their places and titles
 */
export function flakyTests(output) {
  const listed = /^ {2}\d+ flaky\n((?: {4}\S.*\n?)+)/m.exec(output.replace(ANSI, ''))?.[1] ?? '';
  return listed
    .split('\n')
    .map((line) => line.replace(/[\s─]+$/u, '').trim())
    .filter((line) => line !== '');
}

/**
 * What a part counts for after its failed files ran once more.
 *
 * @param {import('./test-counts.mjs').Counts} first
 * @param {import('./test-counts.mjs').Counts} second of the failed files alone
 * @returns {import('./test-counts.mjs').Counts}
 */
export function countsOfBoth(first, second) {
  const failed = second.failed;
  return { passed: Math.max(first.passed + first.failed - failed, 0), failed, skipped: first.skipped };
}
