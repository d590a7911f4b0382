import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { MessageView, Outcome, Peer } from '../messenger.js';

/** A reaction: one symbol of at most 8 UTF-16 units, and who set it. At most one a person. */
export interface ReactionView {
  readonly symbol: string;
  readonly senders: readonly UserId[];
}

/** What a message answers. `known: false`: it is not on this device. `altered`: its hash is not the quoted one's (T-55). */
export type QuoteView =
  | {
      readonly known: true;
      readonly messageId: MessageId;
      readonly sender: UserId;
      readonly body: string;
      readonly altered: boolean;
    }
  | { readonly known: false; readonly messageId: MessageId };

/** What the server says about somebody who lets it say so; not signed. */
export interface PresenceView {
  readonly userId: UserId;
  /** null: nothing is told. */
  readonly online: boolean | null;
  readonly lastSeenAtMs: number | null;
}

export interface TalkActs {
  /** Changes an own message for all; the first version stays the one that was signed first, and the change is marked. Charged like a message. */
  edit(conversationId: ConversationId, messageId: MessageId, body: string): Promise<Outcome<MessageView>>;
  /** Takes an own message back for all who have not kept a copy. */
  deleteForAll(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageView>>;
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
