import type { MessageId } from '@secureconnect/contracts/ids';
import type { QuoteView } from '../views.js';
import type { MessageView } from '../messenger.js';
import { topOf } from '../sync/coverage.js';
import { isLine } from './contents.js';
import { addChange, fold, means, NO_CHANGES, type ChangeRow, type RecordReference } from './changes.js';
import type { LogStore } from './log-store.js';
import type { ConversationRecord, OutboxRow, VerifiedRecord } from './records.js';
import type { Viewer } from './standing.js';
import { outboxView, viewOf, type Positioned } from './views.js';

/** The newest message that is shown is looked for among this many, a few at a time: others may only change what was said before. */
const LAST_AMONG = 200;
const LAST_AT_ONCE = 5;

/**
 * What records look like with everything that was signed about them, one's own waiting changes too; null for what has no line of its
 * own: changes, replays, and what the viewer does not want to see.
 */
export async function viewsOf(
  store: LogStore,
  conversation: ConversationRecord,
  entries: readonly Positioned[],
  viewer: Viewer,
): Promise<(MessageView | null)[]> {
  const own = (await store.outbox()).map(({ value }) => value);
  const rows = await store.changesOf(entries.flatMap(({ record }) => idOf(record) ?? []));
  const quotes = await quotesOf(
    store,
    entries.flatMap(({ record }) => (record.kind === 'message' ? (replyOf(record.content) ?? []) : [])),
  );
  return entries.map((entry) => {
    const view = viewOf(conversation, entry, viewer);
    if (view === null || entry.record.kind !== 'message') return view;
    return changedView(view, entry.record, rows.get(entry.record.messageId) ?? NO_CHANGES, own, quotes, viewer);
  });
}

/** Own texts that wait in the outbox. What waits to change another message has no line of its own. */
export async function outboxViews(store: LogStore, rows: readonly OutboxRow[], viewer: Viewer): Promise<MessageView[]> {
  const quotes = await quotesOf(
    store,
    rows.flatMap(({ content }) => replyOf(content) ?? []),
  );
  return rows.flatMap((row) => {
    const view = outboxView(row, viewer.selfId);
    const replyTo = replyOf(row.content);
    return view === null ? [] : [replyTo ? { ...view, quote: quotes.get(replyTo.messageId)!(replyTo) } : view];
  });
}

/** The newest message that is shown, own unsent ones included. */
export async function newestView(
  store: LogStore,
  record: ConversationRecord,
  viewer: Viewer,
): Promise<MessageView | null> {
  const rows = (await store.outbox()).map(({ value }) => value);
  const unsent = (await outboxViews(store, rows, viewer)).at(-1);
  if (unsent) return unsent;
  const top = topOf(record.coverage);
  for (let upTo = top; upTo > Math.max(0, top - LAST_AMONG); upTo -= LAST_AT_ONCE) {
    const newest = await store.messages(Math.max(1, upTo - LAST_AT_ONCE + 1), upTo);
    const shown = (await viewsOf(store, record, newest, viewer)).findLast((view) => view !== null);
    if (shown) return shown;
  }
  return null;
}

type Quote = (reference: RecordReference) => QuoteView;

function changedView(
  view: MessageView,
  record: VerifiedRecord,
  row: ChangeRow,
  own: readonly OutboxRow[],
  quotes: ReadonlyMap<MessageId, Quote>,
  { selfId }: Viewer,
): MessageView {
  let all = row;
  let refusal = view.refusal;
  for (const { content, refusal: why, sentAtMs, state, order } of own) {
    if (isLine(content) || content.target.messageId !== record.messageId) continue;
    if (state === 'failed') refusal = why;
    else all = addChange(all, content, { sender: selfId, device: record.device, senderSeq: order, sentAtMs });
  }
  const { edit, isDeleted, reactions } = fold(all, record);
  if (isDeleted || record.content.kind === 'deleted')
    return { ...view, refusal, content: { kind: 'deleted' }, quote: null, editedAtMs: null, reactions: [] };
  const replyTo = replyOf(record.content);
  const isEdited = edit !== null && record.content.kind === 'text';
  return {
    ...view,
    refusal,
    content: isEdited ? { kind: 'text', body: edit.body } : view.content,
    editedAtMs: isEdited ? edit.sentAtMs : null,
    reactions,
    quote: replyTo === null ? null : quotes.get(replyTo.messageId)!(replyTo),
  };
}

/** Looks up what is quoted, by id. */
async function quotesOf(
  store: LogStore,
  references: readonly RecordReference[],
): Promise<ReadonlyMap<MessageId, Quote>> {
  if (references.length === 0) return new Map();
  const ids = [...new Set(references.map(({ messageId }) => messageId))];
  const [found, rows] = await Promise.all([store.byIds(ids), store.changesOf(ids)]);
  return new Map(
    ids.map((messageId) => {
      const record = found.get(messageId);
      const folded = record && fold(rows.get(messageId) ?? NO_CHANGES, record);
      if (record?.content.kind !== 'text' || folded?.isDeleted !== false)
        return [messageId, () => ({ known: false, messageId })] as const;
      const { sender, content, hash } = record;
      const body = folded.edit?.body ?? content.body;
      const quote: Quote = (reference) => ({
        known: true,
        messageId,
        sender,
        body,
        altered: !means(reference, hash),
      });
      return [messageId, quote] as const;
    }),
  );
}

function idOf(record: Positioned['record']): MessageId | null {
  return record.kind === 'message' && record.content.kind !== 'change' ? record.messageId : null;
}

function replyOf(content: { readonly kind: string; readonly replyTo?: RecordReference }): RecordReference | null {
  return content.replyTo ?? null;
}
