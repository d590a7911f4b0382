import { firstUnreadOf, type MessageRow, rowsOf, type ThreadShape } from '../src/app/conversations/thread-rows';
import type { GroupEventView, GroupHappening, MessageId, MessageView, UserId } from '../src/app/keyring/views';
import { message, peer } from './messages';

const shapeOf = (messages: readonly MessageView[], changes: Partial<ThreadShape> = {}): ThreadShape => ({
  isGroup: false,
  messages,
  events: [],
  more: false,
  older: 'idle',
  firstUnread: null,
  keyOf: (messageId) => messageId,
  ...changes,
});

const rows = (messages: readonly MessageView[], changes: Partial<ThreadShape> = {}): MessageRow[] =>
  rowsOf(shapeOf(messages, changes), new Map()).filter((row) => row.kind === 'message');

const HOUR = 3_600_000;
const first = message(1);

describe('the rows of a thread', () => {
  it('begin with the beginning, or with what is still to come from above', () => {
    expect(rowsOf(shapeOf([first]), new Map())[0]).toEqual({ kind: 'beginning', key: 'beginning' });
    expect(rowsOf(shapeOf([first], { more: true }), new Map())[0]).toMatchObject({ kind: 'older', refusal: null });
    expect(rowsOf(shapeOf([first], { more: true, older: 'unavailable' }), new Map())[0]).toMatchObject({
      kind: 'older',
      refusal: 'unavailable',
    });
  });

  it('put one person’s messages of a few minutes together, with one time below', () => {
    const run = rows([message(1), message(2), message(3)]);
    expect(run.map(({ opens }) => opens)).toEqual([true, false, false]);
    expect(run.map(({ closes }) => closes)).toEqual([false, false, true]);
    expect(run.map(({ showsMeta }) => showsMeta)).toEqual([false, false, true]);
  });

  it('part them by person, by pause, by failure and by what was not read', () => {
    const other = message(2, { outgoing: true, state: 'delivered' });
    expect(rows([first, other]).map(({ opens }) => opens)).toEqual([true, true]);
    expect(rows([first, message(2, { sentAtMs: first.sentAtMs + HOUR })]).map(({ opens }) => opens)).toEqual([
      true,
      true,
    ]);
    const failed = message(1, { outgoing: true, state: 'failed', refusal: 'offline' });
    expect(rows([failed, other]).map(({ opens }) => opens)).toEqual([true, true]);
    const unread = rows([first, message(2)], { firstUnread: 'm2' as MessageId });
    expect(unread.map(({ isFirstUnread }) => isFirstUnread)).toEqual([false, true]);
    expect(unread.map(({ opens }) => opens)).toEqual([true, true]);
  });

  it('say the day once, where it begins', () => {
    const nextDay = message(3, { sentAtMs: first.sentAtMs + 24 * HOUR });
    expect(rows([first, message(2), nextDay]).map(({ day }) => day !== null)).toEqual([true, false, true]);
  });

  it('give no day to a mark for what is missing, which has no time', () => {
    const mark = message(2, { messageId: 'gap' as MessageId, content: { kind: 'missing', count: 3 }, sentAtMs: 0 });
    expect(rows([first, mark, message(2)]).map(({ day }) => day !== null)).toEqual([true, false, false]);
    expect(rows([mark, first]).map(({ day }) => day !== null)).toEqual([false, true]);
  });

  it('show the state below each message whose state the next one does not share', () => {
    const delivered = message(1, { outgoing: true, state: 'delivered' });
    const accepted = message(2, { outgoing: true, state: 'accepted' });
    expect(rows([delivered, accepted]).map(({ showsMeta }) => showsMeta)).toEqual([true, true]);
    expect(rows([delivered, { ...accepted, state: 'delivered' }]).map(({ showsMeta }) => showsMeta)).toEqual([
      false,
      true,
    ]);
  });

  it('say the state of the newest of one’s own in words, and only of that one', () => {
    const own = (seq: number) => message(seq, { outgoing: true, state: 'delivered' });
    expect(rows([own(1), own(2), message(3)]).map(({ isNewestOwn }) => isNewestOwn)).toEqual([false, true, false]);
  });

  it('are the same objects as before where nothing has changed', () => {
    const before = rows([message(1), message(2)]);
    const kept = new Map(before.map((row) => [row.key, row]));
    const messages = before.map((row) => row.message);
    const after = rowsOf(shapeOf([...messages, message(3, { sentAtMs: first.sentAtMs + HOUR })]), kept);
    expect(after[1]).toBe(before[0]);
    expect(after[2]).toBe(before[1]);
  });

  it('find where reading begins, counting the other person’s messages only', () => {
    const messages = [message(1), message(2), message(3, { outgoing: true }), message(4)];
    expect(firstUnreadOf(messages, 2)).toBe('m2');
    expect(firstUnreadOf(messages, 0)).toBeNull();
    expect(firstUnreadOf(messages, 99)).toBe('m1');
  });
});

describe('the rows of a group', () => {
  const carol = 'd'.repeat(32) as UserId;
  const groupRows = (messages: readonly MessageView[]) => rows(messages, { isGroup: true });

  it('part two people who write one after the other, and name each', () => {
    const run = groupRows([message(1), message(2), message(3, { sender: carol }), message(4)]);
    expect(run.map(({ showsAuthor }) => showsAuthor)).toEqual([true, false, true, true]);
    expect(run.map(({ showsFace }) => showsFace)).toEqual([false, true, true, true]);
  });

  it('name nobody in a chat of two, nor oneself, nor the author of what nobody vouches for', () => {
    expect(rows([message(1)])[0]).toMatchObject({ showsAuthor: false, showsFace: false });
    const own = message(1, { outgoing: true });
    const odd = message(2, { content: { kind: 'unverifiable', reason: 'signature' } });
    expect(groupRows([own, odd]).map(({ showsAuthor }) => showsAuthor)).toEqual([false, false]);
  });

  let entries = 0;
  const event = (beforeSeq: number | null, happened: GroupHappening, changes: Partial<GroupEventView> = {}) => ({
    conversationId: first.conversationId,
    entry: ++entries,
    beforeSeq,
    atMs: first.sentAtMs,
    actor: peer('bob'),
    happened,
    ...changes,
  });
  const kindsOf = (messages: readonly MessageView[], events: readonly GroupEventView[]) =>
    rowsOf(shapeOf(messages, { isGroup: true, events }), new Map()).map((row) =>
      row.kind === 'event' ? row.events.map(({ happened }) => happened.kind).join('+') : row.key,
    );

  it('say what happened to it where it happened, and behind everything that was accepted', () => {
    const unsent = message(null, { messageId: 'mine' as MessageId, outgoing: true, state: 'sending' });
    const events = [
      event(1, { kind: 'created', name: 'Lake' }),
      event(3, { kind: 'left' }),
      event(null, { kind: 'renamed', name: 'Sea' }),
    ];
    expect(kindsOf([message(1), message(2), message(4), unsent], events)).toEqual([
      'beginning',
      'created',
      'm1',
      'm2',
      'left',
      'm4',
      'renamed',
      'mine',
    ]);
    expect(kindsOf([], events)).toEqual(['beginning', 'created', 'left', 'renamed']);
  });

  it('gather the people whom one person has added, and not those of another', () => {
    const added = (name: string, changes: Partial<GroupEventView> = {}) =>
      event(null, { kind: 'added', target: peer(name) }, changes);
    const byCarol = { actor: peer('carol') };
    expect(
      kindsOf(
        [],
        [event(null, { kind: 'created', name: null }), added('dave'), added('erin'), added('frank', byCarol)],
      ),
    ).toEqual(['beginning', 'created+added+added', 'added']);
    expect(kindsOf([], [added('dave'), event(null, { kind: 'left' }), added('erin')])).toEqual([
      'beginning',
      'added',
      'left',
      'added',
    ]);
  });

  it('end a run of messages, and say the day once', () => {
    const events = [event(2, { kind: 'left' })];
    const all = rowsOf(shapeOf([message(1), message(2)], { isGroup: true, events }), new Map());
    const run = all.filter((row) => row.kind === 'message');
    expect(run.map(({ opens, closes }) => [opens, closes])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(all.flatMap((row) => ('day' in row && row.day !== null ? [row.key] : []))).toEqual(['m1']);
  });
});
