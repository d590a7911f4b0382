import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { preference, type Settings } from '@secureconnect/crypto/vault/settings';
import type { Clock } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import { SealingLane, type LaneParts } from '../outbox/sealing-lane.js';
import type { Connection } from '../socket/connection.js';
import type { Opener } from '../sync/opener.js';
import type { Roster } from './roster.js';
import { standingOf } from './standing.js';

/** Somebody who goes on typing says so this often. */
const SAID_EVERY_MS = 3_000;
/** And counts as typing this long after. */
const BELIEVED_MS = 6_000;

export interface TypingParts extends LaneParts {
  readonly roster: Roster;
  readonly connection: Connection;
  readonly opener: Opener;
  readonly events: EventHub;
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
}

/** Who is typing: signed and sealed like everything else, kept nowhere. Whoever does not tell is not told. */
export class Typing {
  readonly #parts: TypingParts;
  readonly #saidAtMs = new Map<ConversationId, number>();
  readonly #opening = new Set<ConversationId>();
  /** For each device the newest that was believed: an older one is a repetition. */
  readonly #seen = new Map<string, number>();
  readonly #until = new Map<string, number>();

  constructor(parts: TypingParts) {
    this.#parts = parts;
  }

  /** The person types, or has stopped. Says so at most every three seconds. @throws Refusal */
  async say(conversationId: ConversationId, isTyping: boolean): Promise<void> {
    const { clock, connection } = this.#parts;
    const saidAtMs = this.#saidAtMs.get(conversationId);
    if (isTyping ? saidAtMs !== undefined && clock.nowMs() - saidAtMs < SAID_EVERY_MS : saidAtMs === undefined) return;
    if (!connection.isConnected || !(await this.#isShared(conversationId))) return;
    if (isTyping) this.#saidAtMs.set(conversationId, clock.nowMs());
    else this.#saidAtMs.delete(conversationId);
    const envelope = await new SealingLane(this.#parts, conversationId).sealTyping(isTyping);
    await connection.command('ephemeral:send', { envelope });
  }

  /** Takes in what claims to be somebody's typing. What does not open is nobody's, and one at a time is enough. */
  async take(envelope: Uint8Array): Promise<void> {
    const conversationId = conversationOf(envelope);
    if (conversationId === null || this.#opening.has(conversationId)) return;
    this.#opening.add(conversationId);
    try {
      if (await this.#isShared(conversationId)) await this.#open(conversationId, envelope);
    } finally {
      this.#opening.delete(conversationId);
    }
  }

  async #open(conversationId: ConversationId, envelope: Uint8Array): Promise<void> {
    const { opener, roster, selfId } = this.#parts;
    const { peer } = await roster.need(conversationId);
    const opened = await opener.open(peer, conversationId, envelope);
    if (opened?.inner.t !== 'typing') return;
    const { senderDevice, senderSeq, senderUser } = opened.header;
    const [userId, device] = [idToHex(senderUser) as UserId, idToHex(senderDevice)];
    if (userId === selfId || senderSeq <= (this.#seen.get(device) ?? 0)) return;
    this.#seen.set(device, senderSeq);
    this.#tell(conversationId, userId, opened.inner.on);
  }

  #tell(conversationId: ConversationId, userId: UserId, isTyping: boolean): void {
    const { background, clock, events, pause } = this.#parts;
    const key = `${conversationId} ${userId}`;
    const isNews = isTyping !== this.#until.has(key);
    const untilMs = clock.nowMs() + BELIEVED_MS;
    if (isTyping) this.#until.set(key, untilMs);
    else this.#until.delete(key);
    if (isNews) events.emit({ type: 'typing', conversationId, userId, isTyping });
    if (!isTyping) return;
    background(async () => {
      await pause(BELIEVED_MS);
      if (this.#until.get(key) === untilMs) this.#tell(conversationId, userId, false);
    });
  }

  async #isShared(conversationId: ConversationId): Promise<boolean> {
    const { roster, selfId, settings } = this.#parts;
    const record = (await roster.log(conversationId).store.conversation())?.value;
    return (
      record !== undefined && preference(settings(), 'typing') && standingOf(record, settings(), selfId) === 'open'
    );
  }
}

function conversationOf(envelope: Uint8Array): ConversationId | null {
  try {
    return idToHex(readEnvelopeHeader(envelope).conversationId) as ConversationId;
  } catch {
    return null;
  }
}
