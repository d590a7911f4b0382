import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { StoredMessage, SyncConversation } from '@secureconnect/contracts/messaging';
import type { GroupPages } from '../store/group-pages.js';
import type { GroupStore } from '../store/group-store.js';
import type { ReceiptStore } from '../store/receipt-store.js';
import { closedSpans, newestMembership, readableSpans, type Span } from './roster.js';

/** A page of a group's messages, and what of them the reader may not read. */
export interface GroupPage {
  readonly messages: StoredMessage[];
  readonly lastSeq: number;
  readonly receipts: Uint8Array<ArrayBuffer>[];
  readonly closed?: Span[];
}

/** What of a group somebody may read: what came while the user was in it, and nothing of before or after. */
export class GroupHistory {
  constructor(
    private readonly store: GroupStore,
    private readonly pages: GroupPages,
    private readonly receipts: ReceiptStore,
  ) {}

  /** null for somebody who never was in it, and for an unknown group. */
  page({ conversationId, from, limit }: SyncConversation, userId: UserId): GroupPage | null {
    const memberships = this.store.memberships(conversationId, userId);
    const newest = newestMembership(memberships);
    if (newest === null) return null;
    const spans = readableSpans(memberships);
    const messages = this.pages.page(conversationId, from, limit, spans);
    const { until, sinceEpoch } = newest;
    const lastSeq = until?.seq ?? this.pages.lastSeq(conversationId);
    const receipts = until === null ? this.receipts.newestSince(conversationId, sinceEpoch) : [];
    const closed = closedSpans(spans, lastSeq);
    return {
      messages,
      lastSeq,
      receipts: receipts as Uint8Array<ArrayBuffer>[],
      ...(closed.length === 0 ? {} : { closed }),
    };
  }

  /** A page of the log: whole for a member, for somebody who was one up to the own end. null for anybody else. */
  log(
    groupId: ConversationId,
    afterSeq: number,
    limit: number,
    userId: UserId,
  ): { entries: Uint8Array<ArrayBuffer>[]; lastSeq: number; lastEpoch: number } | null {
    // In this order: a membership that ends in between shows less, not more.
    const roster = this.store.roster(groupId);
    const newest = newestMembership(this.store.memberships(groupId, userId));
    if (newest === null || roster === null) return null;
    const { until } = newest;
    const lastSeq = until?.logSeq ?? roster.seq;
    const room = Math.min(limit, lastSeq - afterSeq);
    const entries = room > 0 ? this.store.entries(groupId, afterSeq, room) : [];
    return { entries, lastSeq, lastEpoch: until?.epoch ?? roster.epoch };
  }
}
