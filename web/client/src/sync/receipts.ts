import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { ENVELOPE_KINDS } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Position } from '@secureconnect/crypto/envelope/inner';
import type { Opened } from '@secureconnect/crypto/envelope/open';
import { preference, type Settings } from '@secureconnect/crypto/vault/settings';
import type { ConversationLog } from '../conversations/conversation-log.js';
import type { LogStore } from '../conversations/log-store.js';
import { NOTHING_SIGNED, withSigner } from '../conversations/reach.js';
import { givenOf, type ConversationRecord } from '../conversations/records.js';
import { standingOf, viewerOf } from '../conversations/standing.js';
import { viewsOf } from '../conversations/thread-views.js';
import { planFor } from '../outbox/refusal-plan.js';
import { SealingLane, type LaneParts } from '../outbox/sealing-lane.js';
import { asRefusal } from '../refusal.js';
import type { Connection } from '../socket/connection.js';
import type { EventHub } from '../event-hub.js';
import { contiguousUpTo } from './chain.js';
import { topOf } from './coverage.js';
import type { Opener } from './opener.js';

/** Messages that come close together are confirmed together. */
const COALESCE_MS = 200;
/** A receipt that was refused for now waits this long, if the server does not say how long. */
const AGAIN_AFTER_SECONDS = 2;
/** A face redraws this many messages after a receipt; older ones say so when they are looked at. */
const TOLD_MAX = 200;
/** And this many, where it cannot know whether it was told. */
const TOLD_AGAIN_MAX = 20;
/** With more than this unseen, nothing is said of what was read. */
const UNSEEN_MAX = 1_000;

export interface ReceiptParts extends LaneParts {
  readonly connection: Connection;
  readonly opener: Opener;
  readonly events: EventHub;
  readonly settings: () => Settings;
  readonly log: (conversationId: ConversationId) => ConversationLog;
  /** The conversation looks different. */
  readonly changed: (record: ConversationRecord) => void;
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
}

/** What has been signed about own messages, by own device. */
type Marks = Pick<ConversationRecord, 'delivered' | 'read'>;

/**
 * Signed, cumulative receipts (ADR 3): what this device has without a gap and what the person has read, sealed for the peer; and what devices of
 * the peer say of ours. Nothing but a peer's own signature makes a message `delivered` or `read` (THREATS 53); a stranger is told nothing (98).
 */
export class Receipts {
  readonly #parts: ReceiptParts;
  /** Conversations in which a receipt is on its way; true: another one is due after it. */
  readonly #due = new Map<ConversationId, boolean>();
  /** What listeners of this tab know. */
  readonly #told = new Map<ConversationId, Marks>();

  constructor(parts: ReceiptParts) {
    this.#parts = parts;
  }

  /**
   * There may be something to confirm: a receipt goes out soon, if it says more than the last one. One at a time: of two that overtake one another
   * the peer would keep the one that says less.
   */
  due({ conversationId }: ConversationRecord): void {
    const isRunning = this.#due.has(conversationId);
    this.#due.set(conversationId, true);
    if (isRunning) return;
    this.#parts.background(async () => {
      try {
        while (this.#due.get(conversationId) === true) {
          await this.#parts.pause(COALESCE_MS);
          this.#due.set(conversationId, false);
          await this.#sendOrWait(conversationId);
        }
      } finally {
        this.#due.delete(conversationId);
      }
    });
  }

  /** Takes in what claims to be receipts of the conversation's members. */
  async take(record: ConversationRecord, receipts: readonly Uint8Array[]): Promise<void> {
    const { conversationId, peer } = record;
    const opened = await Promise.all(receipts.map((bytes) => this.#parts.opener.open(peer, conversationId, bytes)));
    for (const receipt of opened) if (receipt) await this.#apply(record, receipt);
  }

  /** What was refused for now is tried again; without a connection, the next one begins anew. */
  async #sendOrWait(conversationId: ConversationId): Promise<void> {
    try {
      await this.#send(conversationId);
    } catch (error) {
      const { code, retryAfterSeconds } = asRefusal(error);
      if (planFor(code) !== 'resend' || !this.#parts.connection.isConnected) return;
      await this.#parts.pause((retryAfterSeconds ?? AGAIN_AFTER_SECONDS) * 1_000);
      this.#due.set(conversationId, true);
    }
  }

  async #send(conversationId: ConversationId): Promise<void> {
    const { connection, selfId, settings } = this.#parts;
    const { store } = this.#parts.log(conversationId);
    const record = (await store.conversation())?.value;
    if (record === undefined || !connection.isConnected) return;
    if (standingOf(record, settings(), selfId) !== 'open') return;
    const delivered = deliverable(record, selfId);
    const tellsRead = preference(settings(), 'readReceipts');
    const read = tellsRead ? await readUpToOf(store, record, delivered, selfId) : {};
    if (!isNews(delivered, record.receiptSent) && !isNews(read, record.readSent)) return;
    const receipt = await new SealingLane(this.#parts, conversationId).sealReceipt(
      positionsOf(delivered),
      // Cumulative: what was told once is told again, or a receipt would take it back from devices that come later.
      positionsOf(tellsRead ? maxima(record.readSent, read) : {}),
    );
    await connection.command('message:delivered', { receipt });
    await store.update((before) => ({
      ...before,
      receiptSent: maxima(before.receiptSent, delivered),
      readSent: maxima(before.readSent, read),
    }));
  }

  async #apply(of: ConversationRecord, { header, inner }: Opened): Promise<void> {
    if (header.kind !== ENVELOPE_KINDS.receipt || inner.t !== 'receipt') return;
    const device = idToHex(header.senderDevice);
    const [delivered, read] = [ofPositions(inner.deliveredUpTo), ofPositions(inner.readUpTo)];
    const user = idToHex(header.senderUser) as UserId;
    if (user !== this.#parts.selfId)
      await this.#applyOfPeer(of, { user, device, senderSeq: header.senderSeq }, { delivered, read });
    else if (device !== this.#parts.deviceId) await this.#applyOfOwn(of, read);
  }

  async #applyOfPeer(
    { conversationId }: ConversationRecord,
    { user, device, senderSeq }: { readonly user: UserId; readonly device: string; readonly senderSeq: number },
    said: Marks,
  ) {
    let before: Marks | null = null as Marks | null;
    const record = await this.#parts.log(conversationId).store.update((current) => {
      // Cumulative: one that is late, or comes again, takes nothing back.
      const signed = current.signed[user] ?? NOTHING_SIGNED;
      if (!isNews(said.delivered, signed.delivered) && !isNews(said.read, signed.read)) return null;
      before = current;
      return {
        ...current,
        receiptsSeen: maxima(current.receiptsSeen, { [device]: senderSeq }),
        delivered: ofOwnDevices(maxima(current.delivered, said.delivered)),
        read: ofOwnDevices(maxima(current.read, said.read)),
        signed: withSigner(current.signed, user, {
          delivered: ofOwnDevices(maxima(signed.delivered, said.delivered)),
          read: ofOwnDevices(maxima(signed.read, said.read)),
        }),
      };
    });
    if (record === undefined) return;
    // Another tab may have been faster: this one's listeners are told all the same, if not of everything.
    const told = this.#told.get(conversationId) ?? before ?? { delivered: {}, read: {} };
    const most = before === null ? TOLD_AGAIN_MAX : TOLD_MAX;
    const { delivered, read } = record;
    this.#told.set(conversationId, { delivered, read });
    for (const own of Object.keys({ ...delivered, ...read })) {
      const [from, to] = [changeOf(told.delivered[own], delivered[own]), changeOf(told.read[own], read[own])]
        .filter((change) => change !== null)
        .reduce(([low, high], [a, b]) => [Math.min(low, a), Math.max(high, b)], [Infinity, 0]);
      if (from <= to) await this.#tell(record, own, Math.max(from, to - most), to);
    }
  }

  /** What the person has read on another device is read here too. */
  async #applyOfOwn({ conversationId }: ConversationRecord, read: Readonly<Record<string, number>>): Promise<void> {
    const log = this.#parts.log(conversationId);
    const places = await Promise.all(Object.entries(read).map(([device, seq]) => log.store.place(device, seq)));
    const record = await log.readUpTo(Math.max(0, ...places.map((place) => place?.position ?? 0)));
    if (record !== null) this.#parts.changed(record);
  }

  /** Tells of the messages `from`..`to` of one own device, about which more is signed than before. */
  async #tell(record: ConversationRecord, device: string, from: number, to: number): Promise<void> {
    const { events, selfId, settings } = this.#parts;
    const { store } = this.#parts.log(record.conversationId);
    const viewer = viewerOf(record, settings(), selfId);
    const upTo = Math.min(to, record.chains[device]?.runs.at(-1)?.to ?? 0);
    const places = await store.places(device, from, upTo);
    const entries = await store.at(places.map(({ position }) => position));
    const positioned = entries.flatMap((entry, index) =>
      entry ? [{ position: places[index]!.position, record: entry }] : [],
    );
    for (const message of await viewsOf(store, record, positioned, viewer)) {
      if (message?.outgoing === true) events.emit({ type: 'message', message });
    }
  }
}

/** For each device of the others: up to where everything is here. */
function deliverable(record: ConversationRecord, selfId: UserId): Record<string, number> {
  const upTo: Record<string, number> = {};
  const given = givenOf(record);
  for (const [device, { user, runs }] of Object.entries(record.chains)) {
    const seq = user !== selfId ? contiguousUpTo(runs, given) : 0;
    if (seq > 0) upTo[device] = seq;
  }
  return upTo;
}

/** Of what is here without a gap: up to where the person has read. */
async function readUpToOf(
  store: LogStore,
  { coverage, readUpTo }: ConversationRecord,
  here: Readonly<Record<string, number>>,
  selfId: UserId,
): Promise<Record<string, number>> {
  const top = topOf(coverage);
  if (readUpTo === 0 || top - readUpTo > UNSEEN_MAX) return {};
  const upTo: Record<string, number> = { ...here };
  for (const { record } of await store.messages(readUpTo + 1, top)) {
    if (record.kind !== 'message' || record.sender === selfId) continue;
    upTo[record.device] = Math.min(upTo[record.device] ?? 0, record.senderSeq - 1);
  }
  return Object.fromEntries(Object.entries(upTo).filter(([, seq]) => seq > 0));
}

function isNews(upTo: Readonly<Record<string, number>>, sent: Readonly<Record<string, number>>): boolean {
  return Object.entries(upTo).some(([device, seq]) => seq > (sent[device] ?? 0));
}

function changeOf(before = 0, after = 0): readonly [number, number] | null {
  return after > before ? [before + 1, after] : null;
}

function positionsOf(upTo: Readonly<Record<string, number>>): Position[] {
  return Object.entries(upTo).map(([device, seq]) => ({ deviceId: idFromHex(device), seq }));
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
