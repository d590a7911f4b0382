import { MEMBERS_CHANGED_CHANNEL, type MembersChangedHint } from '@secureconnect/contracts/internal';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { Notices } from '../connections/notices.js';
import type { ConversationStore } from '../store/conversation-store.js';
import type { GroupStore } from '../store/group-store.js';

/** Tells people that a group of theirs changed. */
export class GroupNews {
  constructor(
    private readonly groups: GroupStore,
    private readonly conversations: ConversationStore,
    private readonly notices: Notices,
    private readonly publish: (channel: string, message: string) => void,
  ) {}

  /** To the members of now, and to those whom the entries took out; who came in is shown the conversation too. */
  async logMoved(groupId: ConversationId, touched: readonly string[]): Promise<void> {
    const roster = this.groups.roster(groupId);
    if (roster === null) return;
    if (touched.length > 0) {
      const hint: MembersChangedHint = { conversationId: groupId };
      this.publish(MEMBERS_CHANGED_CHANNEL, JSON.stringify(hint));
    }
    const members = new Set<string>(roster.members);
    const came = touched.filter((userId) => members.has(userId)) as UserId[];
    const conversation = came.length === 0 ? null : await this.conversations.find(groupId);
    if (conversation !== null) this.notices.conversationOpened(came, conversation);
    this.notices.groupChanged(roster.members, { groupId, lastSeq: roster.seq, lastEpoch: roster.epoch });
    for (const userId of new Set(touched)) if (!members.has(userId)) this.#tellGone(groupId, userId as UserId);
  }

  epochMoved(groupId: ConversationId): void {
    const roster = this.groups.roster(groupId);
    if (roster === null) return;
    this.notices.groupChanged(roster.members, { groupId, lastSeq: roster.seq, lastEpoch: roster.epoch });
  }

  /** Who is out learns that, and nothing of what came after. */
  #tellGone(groupId: ConversationId, userId: UserId): void {
    const until = this.groups.memberships(groupId, userId).at(-1)?.until ?? null;
    if (until === null) return;
    this.notices.groupChanged([userId], { groupId, lastSeq: until.logSeq, lastEpoch: until.epoch });
  }
}
