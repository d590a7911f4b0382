import type { CallSignal } from '@secureconnect/contracts/call-signals';
import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';

/** An invite that nobody of an account has answered is said again: somebody may have come back meanwhile. */
const INVITE_EVERY_MS = 4_000;

type CancelEnd = Extract<CallSignal, { t: 'cancel' }>['end'];
type Answer = 'declined' | 'busy';

export interface GroupRingParts {
  /** The members who are called. */
  readonly userIds: readonly UserId[];
  readonly pause: (ms: number) => Promise<void>;
  /** To every device of a member. */
  readonly tell: (userId: UserId, signal: CallSignal, isWanted?: () => boolean) => void;
  /** Nobody is rung any more: all have answered, or the time is over. @param answer - of who did not come, if all gave the same */
  readonly over: (answer: Answer | 'no-answer') => void;
}

/** Rings at the members of a group until each has answered, or for three quarters of a minute. */
export class GroupRing {
  readonly #parts: GroupRingParts;
  readonly #waiting: Set<UserId>;
  readonly #answers = new Set<Answer>();
  #isOver = false;

  constructor(parts: GroupRingParts) {
    this.#parts = parts;
    this.#waiting = new Set(parts.userIds);
  }

  get isGoing(): boolean {
    return !this.#isOver;
  }

  async run(invite: CallSignal): Promise<void> {
    const { pause, tell } = this.#parts;
    for (let rungMs = 0; rungMs < CALL_TIMES.ringMs && this.isGoing; rungMs += INVITE_EVERY_MS) {
      for (const userId of this.#waiting) tell(userId, invite, () => this.#waiting.has(userId));
      await pause(INVITE_EVERY_MS);
    }
    if (this.isGoing) this.#end('no-answer', 'no-answer');
  }

  /** A device of theirs has joined: their others stop ringing. */
  joined(userId: UserId, deviceId: DeviceId): void {
    if (!this.#waiting.delete(userId)) return;
    this.#parts.tell(userId, { t: 'answered', deviceId });
    this.#settle();
  }

  /** A device of theirs does not come, and so none of theirs does. */
  refused(userId: UserId, deviceId: DeviceId, answer: Answer): void {
    if (!this.#waiting.delete(userId)) return;
    this.#answers.add(answer);
    this.#parts.tell(userId, answer === 'declined' ? { t: 'answered', deviceId } : { t: 'cancel', end: 'busy' });
    this.#settle();
  }

  /** Whoever still rings stops. */
  stop(end: CancelEnd): void {
    if (this.isGoing) this.#end(end, null);
  }

  #settle(): void {
    const [answer, another] = this.#answers;
    if (this.isGoing && this.#waiting.size === 0)
      this.#end('no-answer', another === undefined ? (answer ?? 'no-answer') : 'declined');
  }

  #end(end: CancelEnd, answer: Answer | 'no-answer' | null): void {
    this.#isOver = true;
    const left = [...this.#waiting];
    this.#waiting.clear();
    for (const userId of left) this.#parts.tell(userId, { t: 'cancel', end });
    if (answer !== null) this.#parts.over(answer);
  }
}
