import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { MessageReach, MessageView, Outcome, Peer } from '../views.js';

export interface TalkActs {
  /** Changes an own message for all; the first version stays the one that was signed first, and the change is marked. Charged like a message. */
  edit(conversationId: ConversationId, messageId: MessageId, body: string): Promise<Outcome<MessageView>>;
  /** Takes an own message back for all who have not kept a copy. */
  deleteForAll(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageView>>;
  /** Whom an own message has reached; `not-found` for any other. */
  reach(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageReach>>;
  /** Sets the own reaction; null takes it back. */
  react(conversationId: ConversationId, messageId: MessageId, symbol: string | null): Promise<Outcome<MessageView>>;
  /** The person types, or has stopped. Cheap to call at every key; nothing is sent where privacy says so, or to strangers. */
  typing(conversationId: ConversationId, isTyping: boolean): Promise<void>;
  /** Takes a message request: the text is shown, receipts go out. Answering accepts too. */
  acceptRequest(conversationId: ConversationId): Promise<Outcome<null>>;
  /** Nothing of theirs is shown, no receipt goes out, on all devices. They are not told. */
  block(userId: UserId): Promise<Outcome<null>>;
  unblock(userId: UserId): Promise<Outcome<null>>;
  blocked(): Promise<readonly Peer[]>;
  /** Looks on at these people, instead of those before; events `presence` follow. */
  watchPresence(userIds: readonly UserId[]): Promise<void>;
}
