import { SessionsCheckAnswer } from '@secureconnect/contracts/internal';
import type { SessionId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import type { InternalHttp } from '../internal-http/internal-http.js';
import type { CallerIdentity } from '../tokens/caller.js';
import type { HandshakeCheck } from './caller-socket.js';

/** Handshakes of so many milliseconds share one question: after a restart all clients come at once. */
const GATHER_MS = 5;
const DEADLINE_MS = 1_000;
const ENDED_MAX = 20_000;

interface Waiting {
  readonly sessionId: SessionId;
  readonly answer: (stands: boolean) => void;
}

/**
 * A {@link HandshakeCheck} for the sockets of devices: the session must be bound to one, and must still stand, as auth says. Only
 * "ended" is remembered, for that never changes; "stands" is asked anew, or a session that was ended a moment ago could slip
 * in and stay for the rest of its token. While auth is away a valid token suffices: it lives ten minutes at most.
 */
export class SessionCheck implements HandshakeCheck {
  readonly #ended = new Set<SessionId>();
  #waiting: Waiting[] = [];

  constructor(private readonly http: InternalHttp) {}

  async refuse(caller: CallerIdentity): Promise<ProblemCode | null> {
    if (caller.deviceId === null) return 'device-unbound';
    if (this.#ended.has(caller.sessionId)) return 'session-ended';
    return (await this.#stands(caller.sessionId)) ? null : 'session-ended';
  }

  async endedAmong(sessionIds: readonly SessionId[]): Promise<ReadonlySet<SessionId>> {
    const ended = new Set<SessionId>();
    for (let from = 0; from < sessionIds.length; from += LIMITS.internalBatchMax) {
      const batch = sessionIds.slice(from, from + LIMITS.internalBatchMax);
      const standing = await this.#standingAmong(batch);
      for (const sessionId of standing === null ? [] : batch) {
        if (standing?.has(sessionId) === true) continue;
        ended.add(sessionId);
        this.#remember(sessionId);
      }
    }
    return ended;
  }

  #stands(sessionId: SessionId): Promise<boolean> {
    return new Promise((answer) => {
      this.#waiting.push({ sessionId, answer });
      if (this.#waiting.length === LIMITS.internalBatchMax) void this.#ask();
      else if (this.#waiting.length === 1) setTimeout(() => void this.#ask(), GATHER_MS);
    });
  }

  async #ask(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const standing = await this.#standingAmong(waiting.map(({ sessionId }) => sessionId));
    for (const { sessionId, answer } of waiting) {
      const stands = standing === null || standing.has(sessionId);
      if (!stands) this.#remember(sessionId);
      answer(stands);
    }
  }

  async #standingAmong(sessionIds: readonly SessionId[]): Promise<ReadonlySet<SessionId> | null> {
    try {
      const { standing } = await this.http.call({
        peer: 'auth',
        path: '/internal/sessions/check',
        body: { sessionIds },
        answer: SessionsCheckAnswer,
        deadlineMs: DEADLINE_MS,
      });
      return new Set(standing);
    } catch {
      return null;
    }
  }

  #remember(sessionId: SessionId): void {
    // Forgetting costs a question, no more.
    if (this.#ended.size >= ENDED_MAX) this.#ended.clear();
    this.#ended.add(sessionId);
  }
}
