import type { GroupEventView, MessageId, MessageView, RefusalCode } from '../keyring/views';
import { startOfDay } from '../platform/dates';
import { gatherEvents, eventsBefore } from './groups/gathered-events';

const GROUP_MS = 5 * 60_000;

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly message: MessageView;
  /** Midnight of the day that begins with this message. */
  readonly day: number | null;
  /** What came while nobody looked begins here. */
  readonly isFirstUnread: boolean;
  /** First and last of a run by one person. */
  readonly opens: boolean;
  readonly closes: boolean;
  /** In a group: the author's name stands above this one, and the face beside it. */
  readonly showsAuthor: boolean;
  readonly showsFace: boolean;
  /** Time and state stand below this one. */
  readonly showsMeta: boolean;
  /** The newest of one's own: its state is said in words. */
  readonly isNewestOwn: boolean;
}

/** What happened to the group: one entry of its log, or several that read as one. */
export interface EventRow {
  readonly kind: 'event';
  readonly key: string;
  readonly events: readonly [GroupEventView, ...GroupEventView[]];
  readonly day: number | null;
}

export type ThreadRow =
  | { readonly kind: 'beginning'; readonly key: 'beginning' }
  | { readonly kind: 'older'; readonly key: 'older'; readonly refusal: RefusalCode | null }
  | EventRow
  | MessageRow;

export interface ThreadShape {
  /** Of more than two: messages say whose they are. */
  readonly isGroup: boolean;
  readonly messages: readonly MessageView[];
  /** By rising `entry`. */
  readonly events: readonly GroupEventView[];
  /** Older ones exist that are not here. */
  readonly more: boolean;
  readonly older: 'idle' | 'loading' | RefusalCode;
  readonly firstUnread: MessageId | null;
  readonly keyOf: (messageId: MessageId) => string;
}

const isSpoken = ({ content }: MessageView): boolean =>
  content.kind === 'text' || content.kind === 'deleted' || content.kind === 'unsupported';

/** A mark for what is missing has no time of its own. */
const hasTime = ({ content }: MessageView): boolean => content.kind !== 'missing';

const belongTogether = (one: MessageView, next: MessageView): boolean =>
  one.outgoing === next.outgoing &&
  (one.outgoing || one.sender === next.sender) &&
  isSpoken(one) &&
  isSpoken(next) &&
  one.state !== 'failed' &&
  Math.abs(next.sentAtMs - one.sentAtMs) < GROUP_MS &&
  startOfDay(one.sentAtMs) === startOfDay(next.sentAtMs);

/** The rows of a thread, from the oldest that is here to the newest. */
export function rowsOf(shape: ThreadShape, previous: ReadonlyMap<string, ThreadRow>): readonly ThreadRow[] {
  const { messages } = shape;
  const newestOwn = messages.findLastIndex(({ outgoing }) => outgoing);
  const happened = eventsBefore(shape.events, messages);
  const rows: ThreadRow[] = [headRow(shape)];
  let day: number | null = null;
  const put = (row: ThreadRow) => {
    const known = previous.get(row.key);
    rows.push(known !== undefined && isEqual(known, row) ? known : row);
  };
  const newDay = (ms: number): number | null => {
    if (day === startOfDay(ms)) return null;
    day = startOfDay(ms);
    return day;
  };
  const putEvents = (index: number) => {
    for (const events of gatherEvents(happened[index] ?? [])) {
      put({ kind: 'event', key: `event-${events[0].entry}`, events, day: newDay(events[0].atMs) });
    }
  };
  for (const [index, message] of messages.entries()) {
    putEvents(index);
    const before = happened[index] === undefined ? messages[index - 1] : undefined;
    const after = happened[index + 1] === undefined ? messages[index + 1] : undefined;
    const isFirstUnread = message.messageId === shape.firstUnread;
    const dayHere = hasTime(message) ? newDay(message.sentAtMs) : null;
    const closes = after === undefined || after.messageId === shape.firstUnread || !belongTogether(message, after);
    const opens = dayHere !== null || isFirstUnread || before === undefined || !belongTogether(before, message);
    const isOthers = shape.isGroup && !message.outgoing && isSpoken(message);
    put({
      kind: 'message',
      key: shape.keyOf(message.messageId),
      message,
      day: dayHere,
      isFirstUnread,
      opens,
      closes,
      showsAuthor: isOthers && opens,
      showsFace: isOthers && closes,
      showsMeta:
        isSpoken(message) &&
        (closes || message.state !== after.state || message.clockMark || message.editedAtMs !== null),
      isNewestOwn: index === newestOwn,
    });
  }
  putEvents(messages.length);
  return rows;
}

/** A row that has not changed stays the same object, so that nothing below it is drawn again. */
function isEqual(one: ThreadRow, other: ThreadRow): boolean {
  if (one.kind === 'message' && other.kind === 'message') {
    return (Object.keys(one) as (keyof MessageRow)[]).every((name) => one[name] === other[name]);
  }
  if (one.kind !== 'event' || other.kind !== 'event' || one.day !== other.day) return false;
  return one.events.length === other.events.length && one.events.every((event, index) => event === other.events[index]);
}

function headRow({ more, older }: ThreadShape): ThreadRow {
  if (!more) return { kind: 'beginning', key: 'beginning' };
  return { kind: 'older', key: 'older', refusal: older === 'idle' || older === 'loading' ? null : older };
}

/** The first of the newest `unread` messages by the other person. */
export function firstUnreadOf(messages: readonly MessageView[], unread: number): MessageId | null {
  let left = unread;
  let first: MessageId | null = null;
  for (let index = messages.length - 1; index >= 0 && left > 0; index--) {
    const message = messages[index]!;
    if (message.outgoing || !isSpoken(message)) continue;
    first = message.messageId;
    left--;
  }
  return first;
}
