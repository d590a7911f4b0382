/** Leaves the attacks' own lines alone; what went wrong, and how many, comes after them. */
export default class QuietReporter {
  /** @param {unknown} _test @param {{ failureMessage?: string | null }} result */
  onTestResult(_test, { failureMessage }) {
    if (failureMessage) console.error(failureMessage);
  }

  /** @param {unknown} _contexts @param {{ numPassedTests: number, numFailedTests: number, numFailedTestSuites: number }} results */
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numFailedTestSuites }) {
    const failed = Math.max(numFailedTests, numFailedTestSuites);
    console.log(`\n${numPassedTests} attacks in vain, each of them because of its defence; ${failed} otherwise`);
  }
}
