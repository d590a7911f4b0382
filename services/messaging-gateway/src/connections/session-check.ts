import { SessionsCheckAnswer } from '@secureconnect/contracts/internal';
import type { SessionId } from '@secureconnect/contracts/ids';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import type { HandshakeCheck } from '@secureconnect/platform/redis-io/caller-socket';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';

/** A session that has ended stays ended; one that stands may end at any moment, so that is never remembered. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_MAX = 20_000;
const DEADLINE_MS = 1_000;

/**
 * At the handshake: the session must be bound to a device, and must still stand, as auth says. While auth is away a valid token
 * suffices: it lives ten minutes at most.
 */
export class SessionCheck implements HandshakeCheck {
  readonly #ended = new Map<SessionId, number>();

  constructor(private readonly http: InternalHttp) {}

  async refuse(caller: CallerIdentity): Promise<ProblemCode | null> {
    if (caller.deviceId === null) return 'device-unbound';
    return (await this.#stands(caller.sessionId)) ? null : 'session-ended';
  }

  async #stands(sessionId: SessionId): Promise<boolean> {
    if ((this.#ended.get(sessionId) ?? 0) > Date.now()) return false;
    let stands: boolean;
    try {
      const answer = await this.http.call({
        peer: 'auth',
        path: '/internal/sessions/check',
        body: { sessionIds: [sessionId] },
        answer: SessionsCheckAnswer,
        deadlineMs: DEADLINE_MS,
      });
      stands = answer.standing.includes(sessionId);
    } catch {
      return true;
    }
    if (stands) return true;
    if (this.#ended.size >= REMEMBERED_MAX) this.#ended.clear();
    this.#ended.set(sessionId, Date.now() + REMEMBERED_MS);
    return false;
  }
}
