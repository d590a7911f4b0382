import { fromHex, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { CallId, ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import { asBytes16, asBytes32, type Bytes, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { sealGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import { sealEnvelope, sealGroupSignal } from '@secureconnect/crypto/envelope/seal';
import type { Inner, Position } from '@secureconnect/crypto/envelope/inner';
import type { Ed25519Signer, Primitives } from '@secureconnect/crypto/primitives/primitives';
import { innerOf } from '../conversations/contents.js';
import { NEW_LANE } from '../conversations/log-store.js';
import { isGroup, type ConversationRecord, type LaneRecord, type OutboxRow } from '../conversations/records.js';
import type { Directory } from '../directory/directory.js';
import type { Clock } from '../deps.js';
import type { Groups } from '../groups/groups.js';
import type { Locks } from '../locks.js';
import { Refusal } from '../refusal.js';
import type { Sealed, SealedStore } from '../storage/sealed-store.js';
import { seenHeads } from '../sync/seen-heads.js';
import { moveTo } from './outbox-states.js';

export interface LaneParts {
  readonly primitives: Primitives;
  readonly store: SealedStore;
  readonly directory: Directory;
  readonly groups: Groups;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly random: (count: number) => Bytes;
  readonly selfId: UserId;
  readonly deviceId: DeviceId;
  readonly signer: Ed25519Signer;
}

/** Where an envelope stands in its lane. */
interface Place {
  readonly messageId: Bytes;
  readonly senderSeq: number;
  readonly previousHash: Bytes32;
  readonly sentAtMs: number;
}

/**
 * The one place where this device seals in a conversation. The place in the chain and the sealed bytes that take it are written in one
 * transaction, under a lock that all tabs share: two envelopes never get the same place, and a crash leaves either both or nothing.
 */
export class SealingLane {
  readonly #parts: LaneParts;
  readonly #conversationId: ConversationId;

  constructor(parts: LaneParts, conversationId: ConversationId) {
    this.#parts = parts;
    this.#conversationId = conversationId;
  }

  /**
   * Seals what waits in the outbox, in order, and gives what is ready to be sent: at most `limit` rows by rising senderSeq.
   * @throws Refusal `peer-keys-changed` (a person has to decide), `peer-identity-refused`, or why the directory does not answer
   */
  async ready(
    limit: number,
  ): Promise<{ readonly rows: readonly OutboxRow[]; readonly justSealed: readonly OutboxRow[] }> {
    return this.#locked(async () => {
      for (;;) {
        const rows = await this.#outbox();
        const encrypted = rows
          .map(({ value }) => value)
          .filter(({ state }) => state === 'encrypted')
          .sort(bySenderSeq);
        const waiting = rows
          .filter(({ value }) => value.state === 'sending')
          .slice(0, Math.max(limit - encrypted.length, 0));
        if (waiting.length === 0) return { rows: encrypted.slice(0, limit), justSealed: [] };
        const justSealed = await this.#seal(waiting);
        if (justSealed !== null) return { rows: [...encrypted, ...justSealed], justSealed };
      }
    });
  }

  /**
   * Begins again behind the last envelope that is known to be stored: everything sealed after it goes back to `sending`.
   * @param failed - these become `failed` instead
   */
  async restart(failed: ReadonlyMap<MessageId, NonNullable<OutboxRow['refusal']>>): Promise<readonly OutboxRow[]> {
    return this.#locked(async () => {
      const { store } = this.#parts;
      const [rows, lane] = [await this.#outbox(), await this.#lane()];
      const changed = rows.flatMap(({ key, revision, value }) => {
        const refusal = failed.get(value.messageId);
        if (refusal === undefined && value.state !== 'encrypted') return [];
        const state = refusal === undefined ? moveTo(value.state, 'sending') : ('failed' as const);
        return [
          { key, revision, value: { ...value, state, refusal: refusal ?? null, sealed: null } satisfies OutboxRow },
        ];
      });
      const head = { sealedSeq: lane.value.storedSeq, sealedHash: lane.value.storedHash };
      await store.commit({
        expect: [
          { table: 'lanes', key: [this.#conversationId], revision: lane.revision },
          ...changed.map(({ key, revision }) => ({ table: 'outbox' as const, key, revision })),
        ],
        put: [
          { table: 'lanes', key: [this.#conversationId], value: { ...lane.value, ...head } },
          ...changed.map(({ key, value }) => ({ table: 'outbox' as const, key, value })),
        ],
        durable: true,
      });
      return changed.map(({ value }) => value);
    });
  }

  /** Seals a receipt in its own lane (ADR 3): its number is taken before it exists, gaps are allowed. @throws Refusal as `ready` */
  async sealReceipt(deliveredUpTo: readonly Position[], readUpTo: readonly Position[]): Promise<Bytes> {
    const { store } = this.#parts;
    const lane = await store.update<LaneRecord>('lanes', [this.#conversationId], (before = NEW_LANE) => ({
      ...before,
      receiptSeq: before.receiptSeq + 1,
    }));
    const inner = { t: 'receipt', deliveredUpTo, readUpTo } as const;
    const { bytes } = await this.#sealOne(inner, {
      messageId: this.#parts.random(16),
      senderSeq: lane!.receiptSeq,
      previousHash: new Uint8Array(32) as Bytes32,
      sentAtMs: this.#parts.clock.nowMs(),
    });
    return bytes;
  }

  /** Seals that somebody types, in a lane that the clock numbers: nothing of it is kept. @throws Refusal as `ready` */
  async sealTyping(on: boolean): Promise<Bytes> {
    const sentAtMs = this.#parts.clock.nowMs();
    const place = { messageId: this.#parts.random(16), previousHash: new Uint8Array(32) as Bytes32 };
    return (await this.#sealOne({ t: 'typing', on }, { ...place, senderSeq: sentAtMs, sentAtMs })).bytes;
  }

  /**
   * Seals what a call says to one person, in a lane that the clock numbers and that rises: nothing of it is kept.
   * @throws Refusal as `ready`; `not-a-member` for who is not in the group
   */
  async sealSignal(callId: CallId, toUserId: UserId, data: string): Promise<Bytes> {
    const { groups, random, store } = this.#parts;
    const sentAtMs = this.#parts.clock.nowMs();
    const previousHash = new Uint8Array(32) as Bytes32;
    const place = { messageId: random(16), previousHash, sentAtMs, senderSeq: nextSignal(sentAtMs) };
    const inner = { t: 'signal', callId: idFromHex(callId), data } as const;
    const conversation = await store.get<ConversationRecord>('conversations', [this.#conversationId]);
    if (conversation === undefined) throw new Refusal('conversation-unknown');
    if (!isGroup(conversation.value)) return (await this.#sealOne(inner, place)).bytes;
    if (!(await groups.isMember(this.#conversationId, toUserId))) throw new Refusal('not-a-member');
    const { primitives } = this.#parts;
    const { recipients, sender } = await this.#pair(toUserId);
    const groupId = idFromHex(this.#conversationId);
    const letter = { sender, ...place, messageId: asBytes16(place.messageId), inner };
    return (await sealGroupSignal(primitives, { ...letter, recipients, groupId })).bytes;
  }

  /** null: the lane has moved meanwhile (sync found own envelopes); the bytes were never sent and are forgotten. */
  async #seal(waiting: readonly Sealed<OutboxRow>[]): Promise<readonly OutboxRow[] | null> {
    const { store } = this.#parts;
    const lane = await this.#lane();
    let { sealedSeq, sealedHash } = lane.value;
    const sealed: Sealed<OutboxRow>[] = [];
    for (const row of waiting) {
      sealedSeq++;
      const previousHash = asBytes32(fromHex(sealedHash));
      const { messageId, sentAtMs, content, state } = row.value;
      const envelope = await this.#sealOne(innerOf(content), {
        messageId: idFromHex(messageId),
        senderSeq: sealedSeq,
        previousHash,
        sentAtMs,
      });
      sealedHash = toHex(envelope.hash);
      const place = { senderSeq: sealedSeq, hash: sealedHash, envelope: toBase64Url(envelope.bytes) };
      sealed.push({ ...row, value: { ...row.value, state: moveTo(state, 'encrypted'), refusal: null, sealed: place } });
    }
    const committed = await store.commit({
      expect: [
        { table: 'lanes', key: [this.#conversationId], revision: lane.revision },
        ...sealed.map(({ key, revision }) => ({ table: 'outbox' as const, key, revision })),
      ],
      put: [
        { table: 'lanes', key: [this.#conversationId], value: { ...lane.value, sealedSeq, sealedHash } },
        ...sealed.map(({ key, value }) => ({ table: 'outbox' as const, key, value })),
      ],
      durable: true,
    });
    return committed ? sealed.map(({ value }) => value) : null;
  }

  async #sealOne(inner: Inner, place: Place) {
    const { deviceId, primitives, store } = this.#parts;
    const conversation = await store.get<ConversationRecord>('conversations', [this.#conversationId]);
    if (conversation === undefined) throw new Refusal('conversation-unknown');
    if (isGroup(conversation.value)) return this.#sealForGroup(inner, place, conversation.value);
    return sealEnvelope(primitives, {
      ...(await this.#pair(conversation.value.peer)),
      ...place,
      messageId: asBytes16(place.messageId),
      inner,
      seen: seenHeads(conversation.value, deviceId),
    });
  }

  /** This device, and the two accounts that read: the own one and one other. */
  async #pair(userId: UserId) {
    const { deviceId, directory, selfId, signer } = this.#parts;
    const [self, peer] = [await directory.entry(selfId), await directory.fresh(userId)];
    if (peer.candidate !== null) throw new Refusal('peer-keys-changed');
    if (self.accepted === null || peer.accepted === null) throw new Refusal('peer-identity-refused');
    const { current } = self.accepted.identity;
    const { bundleVer } = current.bundle;
    return {
      sender: { userId: idFromHex(selfId), deviceId: idFromHex(deviceId), signer, bundleVer },
      recipients: [current.recipient, peer.accepted.identity.current.recipient] as const,
    };
  }

  /** Whoever has something to say rotates where that is due; receipts and typing wait for that (PROTOCOL 6.5). */
  async #sealForGroup(inner: Inner, place: Place, conversation: ConversationRecord) {
    const { deviceId, directory, groups, primitives, selfId, signer } = this.#parts;
    const isSpoken = inner.t !== 'receipt' && inner.t !== 'typing';
    const { epoch, group } = await groups.ready(this.#conversationId, isSpoken);
    const { accepted } = await directory.entry(selfId);
    if (accepted === null) throw new Refusal('peer-identity-refused');
    const { bundleVer } = accepted.identity.current.bundle;
    return sealGroupEnvelope(primitives, {
      sender: { userId: idFromHex(selfId), deviceId: idFromHex(deviceId), signer, bundleVer },
      group,
      epoch,
      ...place,
      messageId: asBytes16(place.messageId),
      inner,
      seen: seenHeads(conversation, deviceId),
    });
  }

  async #outbox(): Promise<Sealed<OutboxRow>[]> {
    return this.#parts.store.range<OutboxRow>('outbox', { prefix: [this.#conversationId] });
  }

  async #lane(): Promise<Sealed<LaneRecord>> {
    const key = [this.#conversationId];
    return (await this.#parts.store.get<LaneRecord>('lanes', key)) ?? { key, value: NEW_LANE, revision: 0 };
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.locks.hold(`sc-lane-${this.#parts.deviceId}-${this.#conversationId}`, work);
  }
}

let lastSignal = 0;

/** Microseconds, so that signals of one millisecond have numbers of their own, and tabs hardly ever the same. */
function nextSignal(nowMs: number): number {
  lastSignal = Math.max(lastSignal + 1, nowMs * 1_000 + Math.trunc((performance.now() % 1) * 1_000));
  return lastSignal;
}

function bySenderSeq(a: OutboxRow, b: OutboxRow): number {
  return (a.sealed?.senderSeq ?? 0) - (b.sealed?.senderSeq ?? 0);
}
