import type { MessageId, UserId } from '@secureconnect/contracts/ids';
import type { Settings } from '@secureconnect/crypto/vault/settings';
import type { EventHub } from '../event-hub.js';
import type { MessageView } from '../messenger.js';
import { bottomBelow } from '../sync/coverage.js';
import type { Placed } from '../sync/place.js';
import type { LogStore } from './log-store.js';
import type { ConversationRecord } from './records.js';
import { viewerOf } from './standing.js';
import { viewsOf } from './thread-views.js';
import { inChainOrder, missingMarks, type Positioned } from './views.js';

/** Whom changes of a conversation are told. */
export interface Audience {
  readonly events: EventHub;
  readonly selfId: UserId;
  readonly settings: () => Settings;
  /** The record has changed; `incoming`: messages of the peer have come. */
  readonly changed: (record: ConversationRecord, incoming: boolean) => void;
}

/**
 * Tells of what was placed: new and changed messages, marks of what is missing, and what is shown no longer.
 * @param gone - ids of views that a rebuild has taken away
 */
export async function tellChanges(
  { changed, events, selfId, settings }: Audience,
  store: LogStore,
  before: ConversationRecord,
  placed: Pick<Placed, 'conversation' | 'messages'>,
  gone: readonly MessageId[],
): Promise<void> {
  const { conversation } = placed;
  const { conversationId } = conversation;
  const viewer = viewerOf(conversation, settings(), selfId);
  const marks = viewer.hidesOthers ? [] : missingMarks(conversation);
  const marksBefore = viewer.hidesOthers ? [] : missingMarks(before);
  for (const message of marks) {
    if (!marksBefore.some((other) => isSame(message, other))) events.emit({ type: 'message', message });
  }
  const closed = marksBefore.filter((mark) => !marks.some(({ messageId }) => messageId === mark.messageId));
  for (const messageId of [...gone, ...closed.map((mark) => mark.messageId)]) {
    events.emit({ type: 'message-removed', conversationId, messageId });
  }
  const entries = inChainOrder(await around(store, placed));
  const targets = entries.flatMap(({ record }) =>
    record.kind === 'message' && record.content.kind === 'change' ? [record.content.of] : [],
  );
  for (const message of await viewsOf(store, conversation, entries, viewer)) {
    if (message !== null) events.emit({ type: 'message', message });
  }
  await tellAgain({ events, selfId, settings }, store, conversation, targets);
  const incoming = entries.some(({ record }) => record.kind === 'message' && record.sender !== selfId);
  changed(conversation, incoming);
}

/** Tells what messages look like now that something was signed about them. */
export async function tellAgain(
  { events, selfId, settings }: Omit<Audience, 'changed'>,
  store: LogStore,
  conversation: ConversationRecord,
  ids: readonly MessageId[],
): Promise<void> {
  if (ids.length === 0) return;
  const found = await store.byIds([...new Set(ids)]);
  const entries = [...found.values()].map(({ position, ...record }) => ({ position, record }));
  for (const message of await viewsOf(store, conversation, entries, viewerOf(conversation, settings(), selfId))) {
    if (message !== null) events.emit({ type: 'message', message });
  }
}

/** What was placed, and around it whatever has changed places with it because the server gave it out of order. */
async function around(
  store: LogStore,
  { conversation, messages }: Pick<Placed, 'conversation' | 'messages'>,
): Promise<Positioned[]> {
  const entries = [...messages].map(([position, record]) => ({ position, record }));
  const swapped = await Promise.all(entries.map((entry) => swappedWith(store, entry)));
  const positions = swapped.flat();
  if (positions.length === 0) return entries;
  const [low, high] = [Math.min(...positions), Math.max(...positions)];
  const window = await store.messages(Math.max(low, bottomBelow(conversation.coverage, low)), high);
  return [...new Map([...window, ...entries].map((entry) => [entry.position, entry])).values()];
}

/** Positions between which a message stands out of the order that its device signed; none, if it does not. */
async function swappedWith(store: LogStore, { position, record }: Positioned): Promise<number[]> {
  if (record.kind !== 'message') return [];
  const [before, after] = await Promise.all([
    store.place(record.device, record.senderSeq - 1),
    store.place(record.device, record.senderSeq + 1),
  ]);
  const positions = [];
  if (before && before.position > position) positions.push(position, before.position);
  if (after && after.position < position) positions.push(position, after.position);
  return positions;
}

function isSame(a: MessageView, b: MessageView): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
