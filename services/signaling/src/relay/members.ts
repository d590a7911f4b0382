import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { ConversationMembersAnswer, MembersChangedHint } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

/** Conversations remembered at once; the oldest is forgotten for a new one. */
const REMEMBERED_MAX = 10_000;

export interface MembersOptions {
  /** @throws PeerUnavailable while nobody can say */
  readonly ask: (conversationId: ConversationId) => Promise<readonly UserId[]>;
  readonly rememberedMs: number;
  readonly unknownRememberedMs: number;
  readonly nowMs?: () => number;
}

interface Remembered {
  readonly members: Promise<ReadonlySet<UserId>>;
  untilMs: number;
}

/**
 * Who is in which conversation, as messaging-gateway says; remembered for seconds, that there is no such conversation for fewer,
 * and forgotten at once when a group's members change (a lost hint costs those seconds).
 * Questions about one conversation at one time are one question.
 */
export class Members {
  readonly #remembered = new Map<ConversationId, Remembered>();
  readonly #nowMs: () => number;

  constructor(private readonly options: MembersOptions) {
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** Empty for an unknown conversation. @throws PeerUnavailable while nobody can say */
  of(conversationId: ConversationId): Promise<ReadonlySet<UserId>> {
    const known = this.#remembered.get(conversationId);
    if (known !== undefined && this.#nowMs() < known.untilMs) return known.members;
    const asked: Remembered = { members: this.#ask(conversationId), untilMs: Infinity };
    this.#remembered.delete(conversationId);
    this.#remembered.set(conversationId, asked);
    this.#forgetOldest();
    asked.members.then(
      (members) => {
        const { rememberedMs, unknownRememberedMs } = this.options;
        asked.untilMs = this.#nowMs() + (members.size === 0 ? unknownRememberedMs : rememberedMs);
      },
      () => {
        if (this.#remembered.get(conversationId) === asked) this.#remembered.delete(conversationId);
      },
    );
    return asked.members;
  }

  /** Asks anew the next time: somebody came or went. */
  forget(conversationId: ConversationId): void {
    this.#remembered.delete(conversationId);
  }

  /** Takes a hint from Redis; what is no hint is not for us. */
  hear(message: string): void {
    let hint: MembersChangedHint;
    try {
      hint = MembersChangedHint.parse(JSON.parse(message));
    } catch {
      return; // Whoever can write to Redis gains nothing by noise.
    }
    this.forget(hint.conversationId);
  }

  async #ask(conversationId: ConversationId): Promise<ReadonlySet<UserId>> {
    return new Set(await this.options.ask(conversationId));
  }

  #forgetOldest(): void {
    if (this.#remembered.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest);
      return;
    }
  }
}

/** Asks messaging-gateway on its internal port. */
export function membersByHttp(http: InternalHttp): MembersOptions['ask'] {
  return async (conversationId) => {
    const answer = await http.call({
      peer: 'messaging',
      path: '/internal/conversations/members',
      body: { conversationId },
      answer: ConversationMembersAnswer,
    });
    return answer.members;
  };
}
