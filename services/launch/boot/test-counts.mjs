/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

const ANSI = new RegExp(String.raw`\u001b\[[0-9;]*m`, 'g');

/**
 * How many tests a part ran, read from the last lines of its runner. A part that has no tests of its own (a linter, a compiler)
 * counts as one. A part that ended badly never counts as all passed: a runner that fell over before its summary is one failure.
 *
 * @param {string} output what the part wrote
 * @param {number | null} code its exit code, null when a signal ended it
 * @returns {Counts}
 */
export function countTests(output, code) {
  const text = output.replace(ANSI, '');
  const counts = countJest(text) ?? countPlaywright(text) ?? { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** @param {string} text */
function countJest(text) {
  const line = [...text.matchAll(/^Tests: +(.*\d+ total)$/gm)].at(-1)?.[1];
  if (line === undefined) return undefined;
  const brokenFiles = [...text.matchAll(/^Test suites? failed to run$/gim)].length;
  return {
    passed: numberOf(line, 'passed'),
    failed: numberOf(line, 'failed') + brokenFiles,
    skipped: numberOf(line, 'skipped') + numberOf(line, 'todo'),
  };
}

/** @param {string} text */
function countPlaywright(text) {
  const lines = [...text.matchAll(/^ {2}\d+ (?:passed|failed|flaky|skipped|did not run|interrupted).*$/gm)]
    .map(([line]) => line)
    .join('\n');
  if (lines === '') return undefined;
  return {
    passed: numberOf(lines, 'passed') + numberOf(lines, 'flaky'),
    failed: numberOf(lines, 'failed') + numberOf(lines, 'did not run') + numberOf(lines, 'interrupted'),
    skipped: numberOf(lines, 'skipped'),
  };
}

/**
 * @param {string} line
 * @param {string} word
 */
function numberOf(line, word) {
  return Number(new RegExp(String.raw`(\d+) ${word}`).exec(line)?.[1] ?? 0);
}
