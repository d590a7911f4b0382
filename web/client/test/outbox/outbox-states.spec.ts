import { IllegalMove, moveTo } from '../../src/outbox/outbox-states.js';
import type { MessageState } from '../../src/messenger.js';

const STATES: MessageState[] = ['sending', 'encrypted', 'accepted', 'delivered', 'failed'];
const LEGAL = new Set([
  'sending encrypted',
  'sending failed',
  'sending accepted',
  'encrypted accepted',
  'encrypted sending',
  'encrypted failed',
  'failed sending',
  'failed accepted',
  'accepted delivered',
]);

describe('the life of an own message', () => {
  const pairs = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

  it.each(pairs.filter(([from, to]) => LEGAL.has(`${from} ${to}`)))('goes from %s to %s', (from, to) => {
    expect(moveTo(from, to)).toBe(to);
  });

  it.each(pairs.filter(([from, to]) => !LEGAL.has(`${from} ${to}`)))('never goes from %s to %s', (from, to) => {
    expect(() => moveTo(from, to)).toThrow(IllegalMove);
  });
});
