import { countTests } from '../boot/test-counts.mjs';

const jestLine = (line: string) =>
  `\u001b[1mTest Suites: \u001b[22m2 passed, 2 total\nTests:       ${line}\nSnapshots:   0 total\n`;

describe('what a part of npm test counts for', () => {
  it('reads how many tests Jest ran', () => {
    expect(countTests(jestLine('2 failed, 1 skipped, 40 passed, 43 total'), 1)).toEqual({
      passed: 40,
      failed: 2,
      skipped: 1,
    });
  });

  it('reads Jest in colour', () => {
    const coloured = '\u001b[1mTests:       \u001b[22m\u001b[32m7 passed\u001b[39m, 7 total\n';
    expect(countTests(coloured, 0)).toEqual({ passed: 7, failed: 0, skipped: 0 });
  });

  it('counts a test file that does not even load as a failure', () => {
    const output = `  ● Test suite failed to run\n\n${jestLine('3 passed, 3 total')}`;
    expect(countTests(output, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('reads how many tests Playwright ran', () => {
    const output =
      '\n  1 failed\n    story.spec.ts:3:1 › talk ────\n  2 skipped\n  1 did not run\n  5 passed (12.3s)\n';
    expect(countTests(output, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });

  it('counts a browser test that passes on its second try as passed', () => {
    expect(countTests('  1 flaky\n  4 passed (3s)\n', 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  it('counts a linter or a compiler as one', () => {
    expect(countTests('', 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countTests('a.ts: error TS2304', 2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('never calls a runner that ended badly green, whatever its summary says', () => {
    expect(countTests(jestLine('9 passed, 9 total'), 1).failed).toBe(1);
    expect(countTests(jestLine('9 passed, 9 total'), null).failed).toBe(1);
  });
});
