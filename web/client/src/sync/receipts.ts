import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { ENVELOPE_KINDS } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Position } from '@secureconnect/crypto/envelope/inner';
import type { Opened } from '@secureconnect/crypto/envelope/open';
import type { ConversationLog } from '../conversations/conversation-log.js';
import type { ConversationRecord } from '../conversations/records.js';
import { viewOf } from '../conversations/views.js';
import { SealingLane, type LaneParts } from '../outbox/sealing-lane.js';
import type { Connection } from '../socket/connection.js';
import type { EventHub } from '../event-hub.js';
import { contiguousUpTo } from './chain.js';
import type { Opener } from './opener.js';

/** Messages that come close together are confirmed together. */
const COALESCE_MS = 200;
/** A face redraws this many messages after a receipt; older ones say so when they are looked at. */
const TOLD_MAX = 200;

export interface ReceiptParts extends LaneParts {
  readonly connection: Connection;
  readonly opener: Opener;
  readonly events: EventHub;
  readonly log: (conversationId: ConversationId) => ConversationLog;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
}

/**
 * Signed, cumulative receipts (ADR 3): what this device has without a gap, sealed for the peer; and what devices of the peer say of
 * ours. Nothing but a peer's own signature makes a message `delivered` (THREATS 53).
 */
export class Receipts {
  readonly #parts: ReceiptParts;
  readonly #due = new Set<ConversationId>();
  /** What listeners of this tab know of what was delivered. */
  readonly #told = new Map<ConversationId, Readonly<Record<string, number>>>();

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
  }

  /** Something of the peer may have come: a receipt goes out soon, if it says more than the last one. */
  due({ conversationId }: ConversationRecord): void {
    if (this.#due.has(conversationId)) return;
    this.#due.add(conversationId);
    this.#parts.background(async () => {
      await this.#parts.pause(COALESCE_MS);
      this.#due.delete(conversationId);
      await this.#send(conversationId);
    });
  }

  /** Takes in what claims to be receipts of the conversation's members. */
  async take(record: ConversationRecord, receipts: readonly Uint8Array[]): Promise<void> {
    const { conversationId, peer } = record;
    const opened = await Promise.all(receipts.map((bytes) => this.#parts.opener.open(peer, conversationId, bytes)));
    for (const receipt of opened) if (receipt) await this.#apply(conversationId, peer, receipt);
  }

  async #send(conversationId: ConversationId): Promise<void> {
    const { connection } = this.#parts;
    const { store } = this.#parts.log(conversationId);
    const record = (await store.conversation())?.value;
    if (record === undefined || !connection.isConnected) return;
    const upTo = deliverable(record);
    const news = Object.entries(upTo).some(([device, seq]) => seq > (record.receiptSent[device] ?? 0));
    if (!news) return;
    const positions = Object.entries(upTo).map(([device, seq]) => ({ deviceId: idFromHex(device), seq }));
    const receipt = await new SealingLane(this.#parts, conversationId).sealReceipt(positions);
    await connection.command('message:delivered', { receipt });
    await store.update((before) => ({ ...before, receiptSent: maxima(before.receiptSent, upTo) }));
  }

  async #apply(conversationId: ConversationId, peer: UserId, { header, inner }: Opened): Promise<void> {
    if (header.kind !== ENVELOPE_KINDS.receipt || inner.t !== 'receipt' || idToHex(header.senderUser) !== peer) return;
    const { store } = this.#parts.log(conversationId);
    const device = idToHex(header.senderDevice);
    let before: Readonly<Record<string, number>> = {};
    const record = await store.update((current) => {
      if ((current.receiptsSeen[device] ?? 0) >= header.senderSeq) return null;
      before = current.delivered;
      return {
        ...current,
        receiptsSeen: { ...current.receiptsSeen, [device]: header.senderSeq },
        delivered: ofOwnDevices(maxima(current.delivered, ofPositions(inner.deliveredUpTo))),
      };
    });
    if (record === undefined) return;
    // Another tab may have been faster: this one's listeners are told all the same.
    const told = this.#told.get(conversationId) ?? before;
    this.#told.set(conversationId, record.delivered);
    for (const [own, upTo] of Object.entries(record.delivered)) {
      if (upTo > (told[own] ?? 0)) await this.#tell(record, own, told[own] ?? 0);
    }
  }

  /** Tells of the messages of one own device that have become `delivered`. */
  async #tell(record: ConversationRecord, device: string, before: number): Promise<void> {
    const { events, selfId } = this.#parts;
    const { store } = this.#parts.log(record.conversationId);
    const upTo = Math.min(record.delivered[device] ?? 0, record.chains[device]?.runs.at(-1)?.to ?? 0);
    const places = await store.places(device, Math.max(before + 1, upTo - TOLD_MAX), upTo);
    const entries = await store.at(places.map(({ position }) => position));
    for (const [index, entry] of entries.entries()) {
      const message = entry && viewOf(record, { position: places[index]!.position, record: entry }, selfId);
      if (message?.outgoing === true) events.emit({ type: 'message', message });
    }
  }
}

/** For each device of the peer: up to where everything is here. */
function deliverable({ chains, coverage, peer }: ConversationRecord): Record<string, number> {
  const upTo: Record<string, number> = {};
  for (const [device, { user, runs }] of Object.entries(chains)) {
    const seq = user === peer ? contiguousUpTo(runs, coverage) : 0;
    if (seq > 0) upTo[device] = seq;
  }
  return upTo;
}

function ofPositions(positions: readonly Position[]): Record<string, number> {
  return Object.fromEntries(positions.map(({ deviceId, seq }) => [idToHex(deviceId), seq]));
}

/** A peer may name any devices; there are never more of ours than this. */
function ofOwnDevices(upTo: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(upTo).slice(0, LIMITS.devicesPerAccountMax));
}

function maxima(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const result: Record<string, number> = { ...a };
  for (const [device, seq] of Object.entries(b)) result[device] = Math.max(result[device] ?? 0, seq);
  return result;
}
