import type { GroupEventView, MessageId, MessageState, MessageView } from './views';

/*
 * How the messages of one thread are put together from pages and events. Positions rise; what has none is one's own and unsent, and
 * stands last. A `missing` mark has the position of the message that betrayed the gap, and stands before it.
 */

const PROGRESS: Readonly<Record<MessageState, number>> = {
  sending: 0,
  encrypted: 1,
  failed: 2,
  accepted: 3,
  delivered: 4,
  read: 5,
};

const position = (message: MessageView): number =>
  message.seq === null
    ? Number.POSITIVE_INFINITY
    : message.content.kind === 'missing'
      ? message.seq - 0.5
      : message.seq;

/** Quotes say what the quoted message says now: nothing, once it was deleted. */
function quoting(message: MessageView, { messageId, content }: MessageView): MessageView {
  const { quote } = message;
  if (quote?.known !== true || quote.messageId !== messageId) return message;
  if (content.kind === 'text') {
    return quote.body === content.body ? message : { ...message, quote: { ...quote, body: content.body } };
  }
  return { ...message, quote: { known: false, messageId } };
}

/** Replaces the message of the same id, or puts a new one where its position says; answers to it quote it as it is now. */
export function placeMessage(messages: readonly MessageView[], message: MessageView): readonly MessageView[] {
  const others = messages
    .filter((other) => other.messageId !== message.messageId)
    .map((other) => quoting(other, message));
  const at = position(message);
  let index = others.length;
  while (index > 0 && position(others[index - 1]!) > at) index--;
  return [...others.slice(0, index), message, ...others.slice(index)];
}

/** A page from the messenger together with what is here already; of two views of one message the further one stays. */
export function joinPage(page: readonly MessageView[], here: readonly MessageView[]): readonly MessageView[] {
  let joined = page;
  for (const message of here) {
    const other = joined.find(({ messageId }) => messageId === message.messageId);
    if (other === undefined || PROGRESS[message.state] > PROGRESS[other.state]) joined = placeMessage(joined, message);
  }
  return joined;
}

/** Of two views of one entry the second one stays. */
export function joinEvents(
  some: readonly GroupEventView[],
  others: readonly GroupEventView[],
): readonly GroupEventView[] {
  const byEntry = new Map([...some, ...others].map((event) => [event.entry, event]));
  return [...byEntry.values()].sort((one, other) => one.entry - other.entry);
}

/** Older messages before those that are here. */
export function prependPage(page: readonly MessageView[], here: readonly MessageView[]): readonly MessageView[] {
  const known = new Set(here.map(({ messageId }) => messageId));
  return [...page.filter((message) => !known.has(message.messageId)), ...here];
}

export function withoutMessage(messages: readonly MessageView[], messageId: MessageId): readonly MessageView[] {
  return messages.filter((message) => message.messageId !== messageId);
}

/** The lowest position that is here: where the page of older ones ends. */
export function lowestSeq(messages: readonly MessageView[]): number | null {
  let lowest: number | null = null;
  for (const { seq } of messages) if (seq !== null && (lowest === null || seq < lowest)) lowest = seq;
  return lowest;
}
