import { countsOfBoth, failedFiles, flakyTests, ranToItsEnd } from '../boot/second-try.mjs';

describe('a second try of what failed', () => {
  it('reads which files Jest names as failed, with and without project, time and colour, each once', () => {
    const output = [
      'PASS unit services/a/test/one.spec.ts',
      '\u001b[31mFAIL\u001b[39m integration services/a/test/two.spec.ts',
      'FAIL stories services/e2e/stories/three.spec.ts (12.5 s)',
      'FAIL services/b/test/four.spec.ts',
      'Summary of all failing tests',
      'FAIL integration services/a/test/two.spec.ts',
      'it says FAIL services/no.spec.ts in the middle',
    ].join('\n');
    expect(failedFiles(output)).toEqual([
      'services/a/test/two.spec.ts',
      'services/e2e/stories/three.spec.ts',
      'services/b/test/four.spec.ts',
    ]);
  });

  it('finds none where nothing failed, or where no file is named', () => {
    expect(failedFiles('PASS unit a.spec.ts\nTests: 3 passed, 3 total')).toEqual([]);
    expect(failedFiles('error TS2304: cannot find name')).toEqual([]);
  });

  it('knows a run that came to its end from one that fell over', () => {
    expect(ranToItsEnd('Tests: 1 failed, 1 total\n\u001b[2mRan all test suites\u001b[22m matching a.\n')).toBe(true);
    expect(ranToItsEnd('FAIL unit a.spec.ts\nFATAL ERROR: out of memory')).toBe(false);
  });

  it('reads which browser tests were unsteady', () => {
    const output =
      '\n  2 flaky\n    stories › talk.spec.ts:3:1 › they talk ────\n    pages › chats.spec.ts:9:1 › a list ──\n  5 passed (12.3s)\n';
    expect(flakyTests(output)).toEqual([
      'stories › talk.spec.ts:3:1 › they talk',
      'pages › chats.spec.ts:9:1 › a list',
    ]);
    expect(flakyTests('  1 failed\n    talk.spec.ts:3:1 › they talk\n  5 passed (2s)\n')).toEqual([]);
  });

  it('counts what passes at last as passed, and what fails twice as failed', () => {
    const first = { passed: 90, failed: 3, skipped: 1 };
    expect(countsOfBoth(first, { passed: 12, failed: 0, skipped: 0 })).toEqual({ passed: 93, failed: 0, skipped: 1 });
    expect(countsOfBoth(first, { passed: 11, failed: 1, skipped: 0 })).toEqual({ passed: 92, failed: 1, skipped: 1 });
  });
});
