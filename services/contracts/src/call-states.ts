// Where a call stands, and where it may go from there: one table for the messenger and for signaling.

/** Why a call is over; a face has words for each. */
export const CALL_ENDS = [
  /** By somebody in it. */
  'hung-up',
  /** By the one who called, before anybody answered. */
  'cancelled',
  'declined',
  /** The other side is in another call. */
  'busy',
  /** Nobody answered within `CALL_TIMES.ringMs`. */
  'no-answer',
  /** Another device of this account has answered, or declined. */
  'answered-elsewhere',
  /** Both called at once: this one makes room for the other (`glareWinner`). Nobody is told of an end. */
  'merged',
  /** The certificate or the signed words of the other side do not hold: over before any sound (THREATS 85, 86, 91). */
  'not-proven',
  /** The browser gave no microphone. */
  'no-microphone',
  /** No path between the two was found, or it was lost and did not come back. */
  'no-path',
  /** The server could not be reached, or refused; or everybody in it has vanished. */
  'unreachable',
  /** As many talk already as may. */
  'full',
] as const;
export type CallEnd = (typeof CALL_ENDS)[number];

/**
 * A call begins `calling` at who starts it, `ringing` at who is called, and `connecting` at who joins a call of a group that goes on.
 * `ringing` at who calls: a device of the other side rings.
 */
export type CallPhase = 'calling' | 'ringing' | 'connecting' | 'connected' | 'reconnecting' | 'ended';
export type CallState =
  { readonly phase: Exclude<CallPhase, 'ended'> } | { readonly phase: 'ended'; readonly end: CallEnd };

/** Legal moves. A phase does not lead to itself: who asks for the same again has lost count. */
export const CALL_MOVES = {
  calling: ['ringing', 'connecting', 'ended'],
  ringing: ['connecting', 'ended'],
  connecting: ['connected', 'ended'],
  connected: ['reconnecting', 'ended'],
  reconnecting: ['connected', 'ended'],
  ended: [],
} as const satisfies Readonly<Record<CallPhase, readonly CallPhase[]>>;

/** How a call may end in each phase: once somebody has answered, nobody can be busy. */
export const CALL_ENDS_OF = {
  calling: [
    'cancelled',
    'declined',
    'busy',
    'no-answer',
    'merged',
    'no-microphone',
    'unreachable',
    'full',
    'not-proven',
  ],
  ringing: [
    'cancelled',
    'declined',
    'busy',
    'no-answer',
    'answered-elsewhere',
    'merged',
    'no-microphone',
    'unreachable',
    'full',
    'not-proven',
  ],
  connecting: ['hung-up', 'answered-elsewhere', 'not-proven', 'no-microphone', 'no-path', 'unreachable', 'full'],
  connected: ['hung-up', 'not-proven', 'no-path', 'unreachable'],
  reconnecting: ['hung-up', 'not-proven', 'no-path', 'unreachable'],
  ended: [],
} as const satisfies Readonly<Record<CallPhase, readonly CallEnd[]>>;

/** Thrown for a move that is not in the table: a bug of the caller, never an input. */
export class IllegalCallMove extends Error {
  override readonly name = 'IllegalCallMove';
  constructor(
    readonly from: CallState,
    readonly to: CallState,
  ) {
    super(`A call cannot go from ${wordsOf(from)} to ${wordsOf(to)}.`);
  }
}

function wordsOf(state: CallState): string {
  return state.phase === 'ended' ? `ended (${state.end})` : state.phase;
}

/** Whether the table has this move: asked before an input of somebody else is acted upon. */
export function mayMoveCall(from: CallState, to: CallState): boolean {
  const moves: readonly CallPhase[] = CALL_MOVES[from.phase];
  const ends: readonly CallEnd[] = CALL_ENDS_OF[from.phase];
  return moves.includes(to.phase) && (to.phase !== 'ended' || ends.includes(to.end));
}

/** The state after the move: `to` itself. @throws IllegalCallMove */
export function moveCall(from: CallState, to: CallState): CallState {
  if (!mayMoveCall(from, to)) throw new IllegalCallMove(from, to);
  return to;
}

/** Times of a call, in milliseconds. */
export const CALL_TIMES = {
  /** A call that nobody answers is over after this; who calls says so (`cancel`, reason `no-answer`). */
  ringMs: 45_000,
  /** A link that is `disconnected` for so long is restarted. */
  restartAfterMs: 2_000,
  /** How often a device in a call tells the server (`call:alive`) and the others (`alive`) that it is there. */
  aliveEveryMs: 15_000,
  /** A device that says nothing for so long is no longer in the call, as far as the server can tell. */
  aliveForMs: 60_000,
  /** How long a frame sealed under the epoch before is still opened. */
  keyOverlapMs: 10_000,
} as const;

/** People in one call, at most: everybody sends to everybody. The ninth is refused (`call-full`, end `full`). */
export const CALL_MEMBERS_MAX = 8;

/**
 * Both called at once, in one conversation: one of the two calls goes on, and both sides find the same one. The lower call id, as text or as
 * bytes. Who started the other moves it to `ended` (`merged`), and answers this one without asking again.
 * @param left - 32 lowercase hex characters, like `right`
 */
export function glareWinner(left: string, right: string): string {
  return left < right ? left : right;
}

/**
 * Which of the devices that accepted has the call: the first whose word was opened and found right by who called, and no later one, whatever
 * arrives after. Who called tells all of them with `answered`; until then an accepting device sends no address and opens no link.
 * @param accepts - in the order in which they were believed; a device may be in it more than once
 */
export function winningAccept<T extends { readonly userId: string; readonly deviceId: string }>(
  accepts: readonly T[],
): { readonly winner: T | null; readonly others: readonly T[] } {
  const [winner] = accepts;
  if (winner === undefined) return { winner: null, others: [] };
  const others = accepts.filter(({ userId, deviceId }) => userId !== winner.userId || deviceId !== winner.deviceId);
  return { winner, others };
}

/**
 * Of two devices in a call, who makes the first offer, who gives way when both offer at once (perfect negotiation), and who is the A of the
 * words to compare; the same on both sides. It is the one who asked: by `invite` or by `join`. Where both asked each other (two who join
 * in the same moment), the one with the lower user id and device id, as text.
 */
export function linkRoles(
  own: { readonly userId: string; readonly deviceId: string },
  other: { readonly userId: string; readonly deviceId: string },
  asked: 'own' | 'other' | 'both',
): { readonly offers: boolean; readonly polite: boolean } {
  const isLower = `${own.userId}${own.deviceId}` < `${other.userId}${other.deviceId}`;
  const isFirst = asked === 'both' ? isLower : asked === 'own';
  return { offers: isFirst, polite: !isFirst };
}
