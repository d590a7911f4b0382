import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Settings } from '@secureconnect/crypto/vault/settings';
import type { Judged } from '../sync/place.js';
import type { ConversationRecord } from './records.js';

/**
 * A conversation as its first page on this device finds it: everything up to what another device has read, or up to the last message that was
 * written on another one, counts as read; what is unread is fetched by itself as far as a person would count. What was written on this very device
 * says nothing: it was written before anything was seen here.
 * @param floor - position from which on the page has everything
 */
export function begin(
  record: ConversationRecord,
  judged: readonly Judged[],
  floor: number,
  parts: { readonly selfId: UserId; readonly deviceId: DeviceId; readonly settings: () => Settings },
): ConversationRecord {
  const readElsewhere = parts.settings().readUpTo.get(record.conversationId) ?? 0;
  const readUpTo = Math.max(readElsewhere, lastOfOtherDevices(judged, parts));
  const top = Math.max(...judged.map(({ position }) => position), record.lastSeq);
  const unread = Math.max(readUpTo + 1, top + 1 - LIMITS.syncPageMax);
  return { ...record, floor: readElsewhere > 0 ? Math.min(floor, unread) : floor, readUpTo };
}

function lastOfOtherDevices(
  judged: readonly Judged[],
  { selfId, deviceId }: { readonly selfId: UserId; readonly deviceId: DeviceId },
): number {
  const isOfOthers = ({ record }: Judged) =>
    record.kind === 'message' && record.sender === selfId && record.device !== deviceId;
  return judged.filter(isOfOthers).reduce((last, { position }) => Math.max(last, position), 0);
}
