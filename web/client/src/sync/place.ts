import type { UserId } from '@secureconnect/contracts/ids';
import type { Opened } from '@secureconnect/crypto/envelope/open';
import type { Change } from '../conversations/changes.js';
import type {
  ConversationRecord,
  MessageIdRow,
  MessageRecord,
  ReplayRow,
  UnverifiableRecord,
  VerifiedRecord,
} from '../conversations/records.js';
import { addLink } from './chain.js';
import { cover, covers } from './coverage.js';

/** A stored message after its envelope was opened or refused, before its place is judged. */
export interface Judged {
  readonly position: number;
  readonly record: VerifiedRecord | UnverifiableRecord;
  /** What it does to another message; null for none, or where that stands there already. */
  readonly change: Change | null;
  /** base64url; kept only where it may be tried again. */
  readonly envelope: string;
  /** null where it did not open, or needed not be opened. */
  readonly opened: Opened | null;
}

/** What is known of the places and ids that the judged messages claim; keys by {@link placeKey} and {@link idKey}. */
export interface Taken {
  readonly places: ReadonlyMap<string, ReplayRow>;
  readonly ids: ReadonlyMap<string, MessageIdRow>;
}

export interface Placed {
  readonly conversation: ConversationRecord;
  readonly messages: ReadonlyMap<number, MessageRecord>;
  readonly places: ReadonlyMap<string, ReplayRow>;
  readonly ids: ReadonlyMap<string, MessageIdRow>;
  /** What verified messages do to others. */
  readonly changes: readonly { readonly change: Change; readonly by: VerifiedRecord }[];
  /** Envelopes that the server gave twice. */
  readonly replays: number;
}

function countsAsUnread({ content, sender }: VerifiedRecord, selfId: UserId): boolean {
  if (sender === selfId || content.kind === 'change') return false;
  // whoever has answered a call, or declined it, knows of it
  return content.kind !== 'call' || content.outcome === 'missed';
}

export function placeKey(device: string, senderSeq: number): string {
  return `${device} ${senderSeq}`;
}

/**
 * Puts judged messages into a conversation (PROTOCOL 5.9): the replay check, the chain of every device, what counts as unread. Pure:
 * whoever calls it commits the result in one transaction. Whatever does not fit becomes one visible `unverifiable` record.
 *
 * @param passedOver - positions that the server's answer leaves out
 * @param selfId - messages of this user are never unread
 */
export function placeMessages(
  conversation: ConversationRecord,
  judged: readonly Judged[],
  passedOver: readonly number[],
  taken: Taken,
  selfId: UserId,
): Placed {
  const messages = new Map<number, MessageRecord>();
  const places = new Map<string, ReplayRow>();
  const ids = new Map<string, MessageIdRow>();
  const changes: Placed['changes'][number][] = [];
  const odd = new Set(conversation.odd);
  const chains = { ...conversation.chains };
  const headsAt: Record<number, number> = { ...conversation.headsAt };
  let { coverage, lastAtMs, unreadAt } = conversation;
  let replays = 0;

  const refuse = (position: number, { record, envelope }: Judged, reason: string) => {
    const { acceptedAtMs, hash, sender } = record;
    const shownSender = sender === selfId ? conversation.peer : sender;
    messages.set(position, { kind: 'unverifiable', acceptedAtMs, hash, reason, sender: shownSender, envelope });
    odd.add(position);
  };

  const placeVerified = (position: number, entry: Judged, record: VerifiedRecord) => {
    const key = placeKey(record.device, record.senderSeq);
    const before = places.get(key) ?? taken.places.get(key);
    if (before !== undefined && before.hash !== record.hash) {
      refuse(position, entry, 'forked');
      return;
    }
    if (before !== undefined) {
      replays++;
      const [first, second] = [Math.min(before.position, position), Math.max(before.position, position)];
      messages.set(second, { kind: 'replayed', hash: record.hash });
      odd.add(second);
      if (first === position) {
        messages.set(position, record);
        places.set(key, { hash: record.hash, position });
        ids.set(record.messageId, { hash: record.hash, position });
      }
      return;
    }
    const idBefore = ids.get(record.messageId) ?? taken.ids.get(record.messageId);
    if (idBefore !== undefined) {
      refuse(position, entry, 'id-repeated');
      return;
    }
    const chain = chains[record.device];
    if (chain !== undefined && chain.user !== record.sender) {
      refuse(position, entry, 'device-of-another');
      return;
    }
    const added = addLink(chain?.runs ?? [], {
      senderSeq: record.senderSeq,
      prevHash: record.prevHash,
      hash: record.hash,
      position,
      epoch: record.under?.epoch,
    });
    if (added.verdict !== 'linked') {
      refuse(position, entry, 'chain-broken');
      return;
    }
    chains[record.device] = { user: record.sender, runs: added.chain };
    const head = record.under?.entry;
    if (head !== undefined) headsAt[head] = Math.min(headsAt[head] ?? Infinity, position);
    messages.set(position, record);
    places.set(key, { hash: record.hash, position });
    ids.set(record.messageId, { hash: record.hash, position });
    if (entry.change !== null) changes.push({ change: entry.change, by: record });
  };

  for (const entry of [...judged].sort((a, b) => a.position - b.position)) {
    const { position, record } = entry;
    if (covers(coverage, position)) continue;
    if (record.kind === 'unverifiable') refuse(position, entry, record.reason);
    else placeVerified(position, entry, record);
    coverage = cover(coverage, position, position);
    lastAtMs = Math.max(lastAtMs, record.acceptedAtMs);
    const shown = messages.get(position);
    const counts = shown?.kind === 'unverifiable' || (shown?.kind === 'message' && countsAsUnread(shown, selfId));
    if (counts && position > conversation.readUpTo) unreadAt = cover(unreadAt, position, position);
  }
  for (const position of passedOver) {
    if (covers(coverage, position)) continue;
    messages.set(position, { kind: 'passed-over' });
    odd.add(position);
    coverage = cover(coverage, position, position);
  }
  return {
    conversation: {
      ...conversation,
      coverage,
      chains,
      headsAt,
      odd: [...odd].sort((a, b) => a - b),
      lastAtMs,
      unreadAt,
      lastSeq: Math.max(conversation.lastSeq, coverage.at(-1)?.[1] ?? 0),
    },
    messages,
    places,
    ids,
    changes,
    replays,
  };
}
