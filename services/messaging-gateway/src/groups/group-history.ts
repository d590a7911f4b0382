import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { StoredMessage, SyncConversation } from '@secureconnect/contracts/messaging';
import type { GroupPages } from '../store/group-pages.js';
import type { GroupStore } from '../store/group-store.js';
import type { ReceiptStore } from '../store/receipt-store.js';
import { newestMembership, readableSpans } from './roster.js';

/** What of a group somebody may read: what came while the user was in it, and nothing of before or after. */
export class GroupHistory {
  constructor(
    private readonly store: GroupStore,
    private readonly pages: GroupPages,
    private readonly receipts: ReceiptStore,
  ) {}

  /** null for somebody who never was in it, and for an unknown group. */
  page(
    { conversationId, from, limit }: SyncConversation,
    userId: UserId,
  ): { messages: StoredMessage[]; lastSeq: number; receipts: Uint8Array<ArrayBuffer>[] } | null {
    const memberships = this.store.memberships(conversationId, userId);
    const newest = newestMembership(memberships);
    if (newest === null) return null;
    const messages = this.pages.page(conversationId, from, limit, readableSpans(memberships));
    if (newest.until !== null) return { messages, lastSeq: newest.until.seq, receipts: [] };
    const receipts = this.receipts.newestSince(conversationId, newest.sinceEpoch) as Uint8Array<ArrayBuffer>[];
    return { messages, lastSeq: this.pages.lastSeq(conversationId), receipts };
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
