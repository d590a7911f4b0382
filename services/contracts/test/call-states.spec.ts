import {
  CALL_ENDS,
  CALL_ENDS_OF,
  CALL_MEMBERS_MAX,
  CALL_MOVES,
  type CallPhase,
  type CallState,
  glareWinner,
  IllegalCallMove,
  linkRoles,
  mayMoveCall,
  moveCall,
  winningAccept,
} from '@secureconnect/contracts/call-states';
import { ROSTER_MAX_BYTES, ROSTER_MEMBERS_MAX } from '@secureconnect/contracts/signed/call-roster';

const PHASES = Object.keys(CALL_MOVES) as CallPhase[];
const STATES: readonly CallState[] = [
  ...PHASES.filter((phase) => phase !== 'ended').map((phase) => ({ phase })),
  ...CALL_ENDS.map((end) => ({ phase: 'ended' as const, end })),
];
const ended = (end: (typeof CALL_ENDS)[number]): CallState => ({ phase: 'ended', end });

describe('the states of a call', () => {
  it('lead from the first ring to the end', () => {
    let state: CallState = { phase: 'calling' };
    for (const phase of ['ringing', 'connecting', 'connected', 'reconnecting', 'connected'] as const) {
      state = moveCall(state, { phase });
    }
    expect(moveCall(state, ended('hung-up'))).toEqual(ended('hung-up'));
  });

  it('allow what is in the table, and throw for every other move', () => {
    let legal = 0;
    for (const from of STATES) {
      for (const to of STATES) {
        const isThere = (CALL_MOVES[from.phase] as readonly string[]).includes(to.phase);
        const ends = CALL_ENDS_OF[from.phase] as readonly string[];
        const expected = isThere && (to.phase !== 'ended' || ends.includes(to.end));
        expect(mayMoveCall(from, to)).toBe(expected);
        if (expected) legal++;
        else expect(() => moveCall(from, to)).toThrow(IllegalCallMove);
      }
    }
    expect(legal).toBe(6 + Object.values(CALL_ENDS_OF).flat().length);
  });

  it('end once: what is over is never anything again', () => {
    for (const to of STATES) expect(mayMoveCall(ended('hung-up'), to)).toBe(false);
  });

  it('are no state twice in a row, and nobody is heard before somebody answered', () => {
    for (const phase of PHASES) expect(CALL_MOVES[phase]).not.toContain(phase);
    for (const phase of ['calling', 'ringing'] as const)
      expect(mayMoveCall({ phase }, { phase: 'connected' })).toBe(false);
  });

  it('know nobody who is busy, declines or does not answer once somebody has', () => {
    for (const phase of ['connecting', 'connected', 'reconnecting'] as const) {
      for (const end of ['busy', 'declined', 'no-answer', 'cancelled'] as const) {
        expect(mayMoveCall({ phase }, ended(end))).toBe(false);
      }
    }
  });

  it('have a way in for every end', () => {
    const reachable = new Set<string>(Object.values(CALL_ENDS_OF).flat());
    expect([...reachable].toSorted()).toEqual([...CALL_ENDS].toSorted());
  });
});

describe('both called at once', () => {
  it('is one call, and both sides find the same', () => {
    const [left, right] = ['0a'.repeat(16), 'f0'.repeat(16)];
    expect([glareWinner(left, right), glareWinner(right, left)]).toEqual([left, left]);
    expect(glareWinner(left, left)).toBe(left);
  });
});

describe('several devices accepted', () => {
  const [phone, laptop, tablet] = ['1', '2', '3'].map((deviceId) => ({ userId: 'b', deviceId }));

  it('the first that was believed has the call, whatever comes after', () => {
    expect(winningAccept([phone!, laptop!, tablet!])).toEqual({ winner: phone, others: [laptop, tablet] });
    expect(winningAccept([laptop!, phone!, laptop!])).toEqual({ winner: laptop, others: [phone] });
    expect(winningAccept([])).toEqual({ winner: null, others: [] });
  });
});

describe('the two ends of a link', () => {
  const [a, b] = [
    { userId: 'a'.repeat(32), deviceId: 'f'.repeat(32) },
    { userId: 'b'.repeat(32), deviceId: '0'.repeat(32) },
  ];

  it('never both offer first, and never both give way', () => {
    for (const [asked, other] of [
      ['own', 'other'],
      ['other', 'own'],
      ['both', 'both'],
    ] as const) {
      const [here, there] = [linkRoles(a, b, asked), linkRoles(b, a, other)];
      expect(here.offers).toBe(!there.offers);
      expect([here.polite, there.polite]).toEqual([!here.offers, !there.offers]);
    }
    expect(linkRoles(b, a, 'own').offers).toBe(true);
    expect(linkRoles(a, b, 'both').offers).toBe(true);
  });
});

describe('a roster', () => {
  it('has room for as many as may talk', () => {
    expect(ROSTER_MEMBERS_MAX).toBe(CALL_MEMBERS_MAX);
    expect(ROSTER_MAX_BYTES).toBe(681);
  });
});
