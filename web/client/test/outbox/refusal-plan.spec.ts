import { PROBLEM_CODES } from '@secureconnect/contracts/problem';
import { planFor } from '../../src/outbox/refusal-plan.js';

describe('a refusal of a message in flight', () => {
  it.each(['offline', 'unavailable', 'credits-unavailable', 'throttled', 'internal', 'unauthenticated'] as const)(
    'by %s sends the same bytes again',
    (code) => expect(planFor(code)).toBe('resend'),
  );

  it.each(['sequence-gap', 'message-id-taken', 'server-answer-refused'] as const)(
    'by %s looks at the chain first',
    (code) => expect(planFor(code)).toBe('resync'),
  );

  it('for want of credits stops everything that waits in the conversation', () => {
    expect(planFor('insufficient-credits')).toBe('fail-all');
  });

  it('by any other code of the wire never resends without end', () => {
    const again = PROBLEM_CODES.filter((code) => planFor(code) === 'resend');
    expect(again.sort()).toEqual(
      [
        'credits-unavailable',
        'device-unbound',
        'internal',
        'session-ended',
        'throttled',
        'unauthenticated',
        'unavailable',
      ].sort(),
    );
  });
});
