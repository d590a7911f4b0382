import type { UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Settings } from '@secureconnect/crypto/vault/settings';
import type { Judged } from '../sync/place.js';
import type { ConversationRecord } from './records.js';

/**
 * A conversation as its first page on this device finds it: everything up to what another device has read, or up to one's own last message, counts
 * as read; what is unread is fetched by itself as far as a person would count.
 * @param floor - position from which on the page has everything
 */
export function begin(
  record: ConversationRecord,
  judged: readonly Judged[],
  floor: number,
  { selfId, settings }: { readonly selfId: UserId; readonly settings: () => Settings },
): ConversationRecord {
  const readElsewhere = settings().readUpTo.get(record.conversationId) ?? 0;
  const readUpTo = Math.max(readElsewhere, lastOwn(judged, selfId));
  const top = Math.max(...judged.map(({ position }) => position), record.lastSeq);
  const unread = Math.max(readUpTo + 1, top + 1 - LIMITS.syncPageMax);
  return { ...record, floor: readElsewhere > 0 ? Math.min(floor, unread) : floor, readUpTo };
}

function lastOwn(judged: readonly Judged[], selfId: UserId): number {
  return judged.reduce(
    (last, { position, record }) =>
      record.kind === 'message' && record.sender === selfId ? Math.max(last, position) : last,
    0,
  );
}
