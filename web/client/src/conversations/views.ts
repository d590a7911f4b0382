import type { MessageId, UserId } from '@secureconnect/contracts/ids';
import type { MessageContent, MessageState, MessageView } from '../messenger.js';
import { gapsOf } from '../sync/chain.js';
import { isLine, type RecordContent } from './contents.js';
import {
  givenOf,
  type ConversationRecord,
  type MessageRecord,
  type OutboxRow,
  type VerifiedRecord,
} from './records.js';
import type { Viewer } from './standing.js';

/** Sender's and server's clocks may differ by this much before it is marked (PROTOCOL 5.12). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** A record and where it stands. */
export interface Positioned {
  readonly position: number;
  readonly record: MessageRecord;
}

/** What nothing was said about. */
const AS_SENT = { quote: null, editedAtMs: null, reactions: [] } as const;

/** What a record looks like as it was sent; null for one that has no line of its own. */
export function viewOf(
  conversation: ConversationRecord,
  { position, record }: Positioned,
  viewer: Viewer,
): MessageView | null {
  if (record.kind === 'replayed' || (record.kind === 'message' && record.content.kind === 'change')) return null;
  if (viewer.hidesOthers && !(record.kind === 'message' && record.sender === viewer.selfId)) return null;
  if (record.kind === 'message') return verifiedView(conversation, position, record, viewer);
  const common = {
    conversationId: conversation.conversationId,
    seq: position,
    outgoing: false,
    state: 'accepted',
    refusal: null,
    ...AS_SENT,
  } as const;
  const messageId = madeId(conversation, record.kind === 'unverifiable' ? 'f0' : 'f1', position);
  if (record.kind === 'unverifiable') {
    const { acceptedAtMs, reason, sender } = record;
    const content = { kind: 'unverifiable', reason } as const;
    return { ...common, messageId, sender, content, sentAtMs: acceptedAtMs, acceptedAtMs, clockMark: false };
  }
  const content = { kind: 'missing', count: 1 } as const;
  return {
    ...common,
    messageId,
    sender: conversation.peer,
    content,
    sentAtMs: 0,
    acceptedAtMs: null,
    clockMark: false,
  };
}

function verifiedView(
  conversation: ConversationRecord,
  position: number,
  record: VerifiedRecord,
  viewer: Viewer,
): MessageView {
  const outgoing = record.sender === viewer.selfId;
  return {
    conversationId: conversation.conversationId,
    messageId: record.messageId,
    sender: record.sender,
    outgoing,
    content: shownContent(record.content),
    seq: position,
    sentAtMs: record.sentAtMs,
    acceptedAtMs: record.acceptedAtMs,
    clockMark: Math.abs(record.sentAtMs - record.acceptedAtMs) > CLOCK_TOLERANCE_MS,
    state: outgoing ? ownState(conversation, record, viewer) : 'accepted',
    refusal: null,
    ...AS_SENT,
  };
}

/** What devices of the peer have signed about an own message. */
function ownState(
  { delivered, read }: ConversationRecord,
  { device, senderSeq }: VerifiedRecord,
  { showsRead }: Viewer,
): MessageState {
  const isRead = senderSeq <= (read[device] ?? 0);
  if (isRead && showsRead) return 'read';
  return isRead || senderSeq <= (delivered[device] ?? 0) ? 'delivered' : 'accepted';
}

function shownContent(content: RecordContent): MessageContent {
  if (content.kind === 'text') return { kind: 'text', body: content.body };
  if (content.kind === 'call') return { kind: 'call', outcome: content.outcome, seconds: content.seconds };
  return { kind: content.kind === 'deleted' ? 'deleted' : 'unsupported' };
}

/** null for what waits to change another message. */
export function outboxView(row: OutboxRow, selfId: UserId): MessageView | null {
  if (!isLine(row.content)) return null;
  return {
    conversationId: row.conversationId,
    messageId: row.messageId,
    sender: selfId,
    outgoing: true,
    content: shownContent(row.content),
    seq: null,
    sentAtMs: row.sentAtMs,
    acceptedAtMs: null,
    clockMark: false,
    state: row.state,
    refusal: row.refusal,
    ...AS_SENT,
  };
}

/**
 * One mark for every place where messages are missing, standing before the message that names them; it has that message's position. What
 * stands between as an unverifiable or passed-over position is shown as such and not counted again.
 */
export function missingMarks(conversation: ConversationRecord): MessageView[] {
  const given = givenOf(conversation);
  return Object.entries(conversation.chains).flatMap(([device, { user, runs }]) =>
    gapsOf(runs, given).flatMap((gap) => {
      const [low, high] = [
        Math.min(gap.afterPosition, gap.beforePosition),
        Math.max(gap.afterPosition, gap.beforePosition),
      ];
      const shownOtherwise = conversation.odd.filter((position) => low < position && position < high).length;
      const count = gap.count - shownOtherwise;
      if (count <= 0) return [];
      return [
        {
          conversationId: conversation.conversationId,
          messageId: madeId(conversation, `f2${device.slice(0, 6)}`, gap.beforeSenderSeq),
          sender: user,
          outgoing: false,
          content: { kind: 'missing', count } as const,
          seq: gap.beforePosition,
          sentAtMs: 0,
          acceptedAtMs: null,
          clockMark: false,
          state: 'accepted',
          refusal: null,
          ...AS_SENT,
        } satisfies MessageView,
      ];
    }),
  );
}

/** Names everything that is missing or odd; empty for nothing. */
export function odditiesOf(conversation: ConversationRecord | undefined): string {
  if (conversation === undefined) return '';
  return [...missingMarks(conversation).map(({ messageId }) => messageId), ...conversation.odd].join();
}

/**
 * Records by rising position, with the messages of each device in the order that the device signed: where a server has swapped
 * them, they change places among themselves (THREATS 45).
 */
export function inChainOrder(records: readonly Positioned[]): Positioned[] {
  const ordered = [...records].sort((a, b) => a.position - b.position);
  const slots = new Map<string, number[]>();
  for (const [index, { record }] of ordered.entries()) {
    if (record.kind !== 'message') continue;
    const taken = slots.get(record.device);
    if (taken) taken.push(index);
    else slots.set(record.device, [index]);
  }
  const result = [...ordered];
  for (const indices of slots.values()) {
    const own = indices
      .map((index) => ordered[index]!.record as VerifiedRecord)
      .sort((a, b) => a.senderSeq - b.senderSeq);
    for (const [place, index] of indices.entries()) {
      result[index] = { position: ordered[index]!.position, record: own[place]! };
    }
  }
  return result;
}

/** A 16-byte id for what has none that can be believed: always the same for the same place. */
function madeId(conversation: ConversationRecord, tag: string, number: number): MessageId {
  const head = `${tag}${conversation.conversationId}`.slice(0, 20);
  return `${head}${number.toString(16).padStart(12, '0')}` as MessageId;
}
