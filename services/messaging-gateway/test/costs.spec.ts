import { costs } from '../src/mailbox/costs.js';

const MIDNIGHT = Date.parse('2027-01-01T00:00Z');
const TO_A_GROUP = { group: { head: new Uint8Array(32), epoch: 1 } };

describe('what a message costs', () => {
  let nowMs = MIDNIGHT - 1;
  const costOf = costs(
    {
      MESSAGE_PRICE: [{ amount: 1, fromMs: 0 }],
      GROUP_MESSAGE_PRICE: [
        { amount: 2, fromMs: 0 },
        { amount: 5, fromMs: MIDNIGHT },
      ],
    },
    () => nowMs,
  );

  it('is one price for a person, and another for a group', () => {
    expect(costOf({})).toEqual({ kind: 'message', amount: 1 });
    expect(costOf(TO_A_GROUP)).toEqual({ kind: 'group-message', amount: 2 });
  });

  it('is the new one from the announced moment on, and not before', () => {
    nowMs = MIDNIGHT;
    expect(costOf(TO_A_GROUP)).toEqual({ kind: 'group-message', amount: 5 });
    expect(costOf({})).toEqual({ kind: 'message', amount: 1 });
  });
});
