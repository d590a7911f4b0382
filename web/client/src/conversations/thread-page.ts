import type { MessageView } from '../messenger.js';
import { bottomBelow, topOf } from '../sync/coverage.js';
import type { LogStore } from './log-store.js';
import type { ConversationRecord } from './records.js';
import type { Viewer } from './standing.js';
import { outboxViews, viewsOf } from './thread-views.js';
import { inChainOrder, missingMarks } from './views.js';

/** Messages as `MessagePage` has them. */
export interface ThreadPage {
  readonly messages: readonly MessageView[];
  readonly more: boolean;
  /** Of what was looked at, whether it has a line of its own or not. */
  readonly lowest: number;
}

/**
 * Up to `limit` entries below `beforeSeq` (null: the newest), with the marks of what is missing between them.
 * @param fetchBelow - brings what stands below a position; null where nothing more can be had now
 */
export async function readThreadPage(
  store: LogStore,
  newest: ConversationRecord,
  { beforeSeq, limit }: { readonly beforeSeq: number | null; readonly limit: number },
  viewer: Viewer,
  fetchBelow: (record: ConversationRecord, bottom: number) => Promise<ConversationRecord | null>,
): Promise<ThreadPage> {
  let upTo = Math.min(beforeSeq === null ? Infinity : beforeSeq - 1, topOf(newest.coverage));
  let shown: MessageView[] = [];
  for (let record = newest; ;) {
    const bottom = Math.max(bottomBelow(record.coverage, upTo), 1);
    const wanted = limit - shown.length;
    const found = upTo >= bottom ? await store.messages(bottom, upTo, wanted) : [];
    const more = found.length < wanted && bottom > 1 ? await fetchBelow(record, bottom) : null;
    if (more !== null) {
      record = more;
      continue;
    }
    const lowest = found[0]?.position ?? bottom;
    const marks = (viewer.hidesOthers ? [] : missingMarks(record)).filter(({ seq }) => seq! >= lowest && seq! <= upTo);
    const entries = inChainOrder(found);
    const views = await viewsOf(store, record, entries, viewer);
    const lines = entries.flatMap(({ position }, index) => {
      const before = marks.filter(({ seq }) => seq === position);
      const view = views[index];
      return view ? [...before, view] : before;
    });
    shown = [...lines, ...shown];
    // What changes other messages has no line: the page goes on until it is full.
    if (shown.length < limit && lowest > 1 && found.length > 0) {
      upTo = lowest - 1;
      continue;
    }
    const rows = beforeSeq === null ? (await store.outbox()).map(({ value }) => value) : [];
    return { messages: [...shown, ...(await outboxViews(store, rows, viewer))], more: lowest > 1, lowest };
  }
}
