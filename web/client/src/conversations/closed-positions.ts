import type { ConversationId } from '@secureconnect/contracts/ids';
import type { GoodAnswer } from '../socket/messaging-events.js';
import { cover, type Coverage } from '../sync/coverage.js';
import type { LogStore } from './log-store.js';
import { isGroup } from './records.js';

/** How many parts of a group's messages its log says are not this account's, where at least so many are claimed. */
export type Absences = (conversationId: ConversationId, claimed: number) => Promise<number>;

/** Takes in which positions of a group the server says were never for this account. @returns all of them; null where its log says otherwise */
export async function close(
  store: LogStore,
  absences: Absences,
  { closed = [], lastSeq }: Pick<GoodAnswer<'conversation:sync'>, 'closed' | 'lastSeq'>,
): Promise<Coverage | null> {
  const spans = closed.map(({ after, upTo }) => [after + 1, Math.min(upTo, lastSeq)] as const);
  const add = (coverage: Coverage) => spans.reduce((all, [from, to]) => cover(all, from, to), coverage);
  if (spans.length > 0 && (await absences(store.conversationId, spans.length)) < spans.length) return null;
  if (spans.length === 0) return (await store.conversation())?.value.closed ?? [];
  const record = await store.update((now) =>
    isGroup(now) ? { ...now, closed: add(now.closed), coverage: add(now.coverage) } : null,
  );
  return record?.closed ?? [];
}
