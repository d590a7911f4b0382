import type { MessageId, MessageView, RefusalCode } from '../keyring/views';
import { startOfDay } from '../platform/dates';

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
  /** Time and state stand below this one. */
  readonly showsMeta: boolean;
  /** The newest of one's own: its state is said in words. */
  readonly isNewestOwn: boolean;
}

export type ThreadRow =
  | { readonly kind: 'beginning'; readonly key: 'beginning' }
  | { readonly kind: 'older'; readonly key: 'older'; readonly refusal: RefusalCode | null }
  | MessageRow;

export interface ThreadShape {
  readonly messages: readonly MessageView[];
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
  isSpoken(one) &&
  isSpoken(next) &&
  one.state !== 'failed' &&
  Math.abs(next.sentAtMs - one.sentAtMs) < GROUP_MS &&
  startOfDay(one.sentAtMs) === startOfDay(next.sentAtMs);

/** The rows of a thread, from the oldest that is here to the newest. */
export function rowsOf(shape: ThreadShape, previous: ReadonlyMap<string, MessageRow>): readonly ThreadRow[] {
  const { messages } = shape;
  const newestOwn = messages.findLastIndex(({ outgoing }) => outgoing);
  const rows: ThreadRow[] = [headRow(shape)];
  let day: number | null = null;
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const isFirstUnread = message.messageId === shape.firstUnread;
    const isNewDay = hasTime(message) && day !== startOfDay(message.sentAtMs);
    if (isNewDay) day = startOfDay(message.sentAtMs);
    const closes = after === undefined || after.messageId === shape.firstUnread || !belongTogether(message, after);
    const row: MessageRow = {
      kind: 'message',
      key: shape.keyOf(message.messageId),
      message,
      day: isNewDay ? day : null,
      isFirstUnread,
      opens: isNewDay || isFirstUnread || before === undefined || !belongTogether(before, message),
      closes,
      showsMeta:
        isSpoken(message) &&
        (closes || message.state !== after.state || message.clockMark || message.editedAtMs !== null),
      isNewestOwn: index === newestOwn,
    };
    const known = previous.get(row.key);
    rows.push(known !== undefined && isEqual(known, row) ? known : row);
  }
  return rows;
}

/** A row that has not changed stays the same object, so that nothing below it is drawn again. */
function isEqual(one: MessageRow, other: MessageRow): boolean {
  return (
    one.message === other.message &&
    one.day === other.day &&
    one.isFirstUnread === other.isFirstUnread &&
    one.opens === other.opens &&
    one.closes === other.closes &&
    one.showsMeta === other.showsMeta &&
    one.isNewestOwn === other.isNewestOwn
  );
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
