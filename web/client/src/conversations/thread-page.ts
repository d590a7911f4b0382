import type { MessagePage } from '../messenger.js';
import { bottomBelow, topOf } from '../sync/coverage.js';
import type { LogStore } from './log-store.js';
import type { ConversationRecord } from './records.js';
import type { Viewer } from './standing.js';
import { inChainOrder, missingMarks, outboxView, viewOf } from './views.js';

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
): Promise<MessagePage> {
  const upTo = Math.min(beforeSeq === null ? Infinity : beforeSeq - 1, topOf(newest.coverage));
  for (let record = newest; ;) {
    const bottom = Math.max(bottomBelow(record.coverage, upTo), 1);
    const found = upTo >= bottom ? await store.messages(bottom, upTo, limit) : [];
    const more = found.length < limit && bottom > 1 ? await fetchBelow(record, bottom) : null;
    if (more !== null) {
      record = more;
      continue;
    }
    const lowest = found[0]?.position ?? bottom;
    const marks = (viewer.hidesOthers ? [] : missingMarks(record)).filter(({ seq }) => seq! >= lowest && seq! <= upTo);
    const shown = inChainOrder(found).flatMap((entry) => {
      const view = viewOf(record, entry, viewer);
      const before = marks.filter(({ seq }) => seq === entry.position);
      return view ? [...before, view] : before;
    });
    const unsent =
      beforeSeq === null ? (await store.outbox()).map(({ value }) => outboxView(value, viewer.selfId)) : [];
    return { messages: [...shown, ...unsent], more: lowest > 1 };
  }
}
