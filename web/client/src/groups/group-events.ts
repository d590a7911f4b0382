import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { GroupEntry } from '@secureconnect/contracts/signed/group-entry';
import type { HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { GroupHistory } from '@secureconnect/crypto/group/replay';
import type { ConversationRecord } from '../conversations/records.js';
import type { GroupEventView, GroupHappening, Peer } from '../views.js';

/** Which page of the thread: below `beforeSeq` (null: the newest), down to `lowest`, with older ones or without. */
export interface EventPage {
  readonly beforeSeq: number | null;
  readonly lowest: number;
  readonly more: boolean;
}

/** What words about a log need besides it. */
export interface EventWords {
  readonly peer: (userId: UserId) => Promise<Peer>;
  /** The name that this entry gave; null where it cannot be opened here. */
  readonly name: (entry: number) => Promise<string | null>;
}

/** Entries of a log that are for this user to see: what happened while the user was in, the own coming and going too. By rising seq. */
export function entriesFor(entries: readonly HashedEntry[], selfId: UserId): GroupEntry[] {
  let isIn = false;
  return entries.flatMap(({ entry }) => {
    const wasIn = isIn;
    const change = membershipOf(entry);
    if (change?.userId === selfId) isIn = change.isIn;
    return wasIn || isIn ? [entry] : [];
  });
}

/** Who took this user in the last time: the user itself for a group that it began; null for somebody who never was in. */
export function inviterOf(entries: readonly HashedEntry[], selfId: UserId): UserId | null {
  const own = entries.findLast(({ entry }) => {
    const change = membershipOf(entry);
    return change !== null && change.isIn && change.userId === selfId;
  });
  return own === undefined ? null : (idToHex(own.entry.actorUser) as UserId);
}

/** How often this user was not in: before it came, where others began the group, and after each going. */
export function absencesOf({ entries }: Pick<GroupHistory, 'entries'>, selfId: UserId): number {
  const own = entries.flatMap(({ entry }) => membershipOf(entry) ?? []).filter(({ userId }) => userId === selfId);
  const gone = own.filter(({ isIn }) => !isIn).length;
  return idToHex(entries[0]!.entry.actorUser) === selfId ? gone : gone + 1;
}

/** Whom an entry takes in or out; null for none. */
function membershipOf({ actorUser, payload }: GroupEntry): { readonly userId: string; readonly isIn: boolean } | null {
  switch (payload.type) {
    case 'create':
      return { userId: idToHex(actorUser), isIn: true };
    case 'add':
      return { userId: idToHex(payload.userId), isIn: true };
    case 'remove':
      return { userId: idToHex(payload.userId), isIn: false };
    case 'leave':
      return { userId: idToHex(actorUser), isIn: false };
    default:
      return null;
  }
}

/**
 * Before which message an entry stands: the first that was sealed when its sender knew of it; null for none. Messages name the newest entry that
 * their sender knew, and the server takes none that names an older one: their order among the entries is the senders' own.
 */
export function placeOfEntry({ headsAt }: Pick<ConversationRecord, 'headsAt'>, entry: number): number | null {
  const places = Object.entries(headsAt).flatMap(([head, position]) => (Number(head) >= entry ? [position] : []));
  return places.length === 0 ? null : Math.min(...places);
}

/** Whether a page has the line that stands at `place`. */
export function isOnPage(place: number | null, { beforeSeq, lowest, more }: EventPage): boolean {
  const isBelow = beforeSeq === null || (place !== null && place <= beforeSeq);
  return isBelow && (!more || place === null || place > lowest);
}

export async function eventView(
  conversationId: ConversationId,
  entry: GroupEntry,
  beforeSeq: number | null,
  words: EventWords,
): Promise<GroupEventView> {
  const actor = await words.peer(idToHex(entry.actorUser) as UserId);
  const happened = await happeningOf(entry, words);
  return { conversationId, entry: entry.seq, beforeSeq, atMs: entry.timeMs, actor, happened };
}

async function happeningOf({ payload, seq }: GroupEntry, { name, peer }: EventWords): Promise<GroupHappening> {
  switch (payload.type) {
    case 'create':
      return { kind: 'created', name: await name(seq) };
    case 'add':
      return { kind: 'added', target: await peer(idToHex(payload.userId) as UserId) };
    case 'remove':
      return { kind: 'removed', target: await peer(idToHex(payload.userId) as UserId) };
    case 'leave':
      return { kind: 'left' };
    case 'role':
      return { kind: 'role', target: await peer(idToHex(payload.userId) as UserId), role: payload.role };
    case 'rename':
      return { kind: 'renamed', name: await name(seq) };
    case 'policy':
      return { kind: 'policy', anyoneRenames: payload.anyoneRenames };
  }
}
