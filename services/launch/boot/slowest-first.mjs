import { createRequire } from 'node:module';

/** Jest's own, which loads as CommonJS: the types of its default export are of that. */
const { default: Sequencer } = /** @type {typeof import('@jest/test-sequencer')} */ (
  createRequire(import.meta.url)('@jest/test-sequencer')
);

/** Of what takes longest, the longest first: begun last, it would run alone at the end while the other core waits. */
const SLOW = [
  'e2e/mallory/mallory.spec.ts',
  'e2e/model/delivery.spec.ts',
  'e2e/model/group.spec.ts',
  'e2e/stories/failures.spec.ts',
  'e2e/stories/history.spec.ts',
  'e2e/stories/kills.spec.ts',
  'messaging-gateway/test/integration/presence.spec.ts',
];

/** @param {string} path */
function rank(path) {
  const found = SLOW.findIndex((end) => path.endsWith(end));
  return found === -1 ? SLOW.length : found;
}

/** On a fresh clone jest knows no durations and would sort by the size of files. */
export default class SlowestFirst extends Sequencer {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof Sequencer>['sort']>[0]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [...sorted].sort((a, b) => rank(a.path) - rank(b.path));
  }
}
