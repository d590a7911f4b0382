import type { UserId } from '@secureconnect/contracts/ids';
import type { ConversationSummary } from '@secureconnect/contracts/messaging';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { ConversationStore } from '../store/conversation-store.js';
import type { Fanout } from '../delivery/fanout.js';
import { directConversationId } from './direct-conversation.js';
import type { People } from './people.js';

/** Opens direct conversations. */
export class Conversations {
  constructor(
    private readonly store: ConversationStore,
    private readonly people: People,
    private readonly fanout: Fanout,
  ) {}

  /**
   * Opens the conversation of two users, or finds it.
   * @throws Violation `invalid-request` with oneself, `peer-unknown` with nobody
   */
  async open(caller: UserId, peer: UserId): Promise<ConversationSummary> {
    if (caller === peer) throw new Violation('invalid-request', { fields: ['peerUserId'] });
    const conversationId = directConversationId(caller, peer);
    const found = await this.store.find(conversationId);
    if (found !== null) return found;
    if (!(await this.people.exists(peer))) throw new Violation('peer-unknown');
    const members: readonly [UserId, UserId] = caller < peer ? [caller, peer] : [peer, caller];
    const isNew = await this.store.openDirect(conversationId, members, Date.now());
    const conversation = await this.store.find(conversationId);
    if (conversation === null) throw new Error('a conversation vanished');
    if (isNew) this.fanout.conversationOpened(conversation);
    return conversation;
  }
}
