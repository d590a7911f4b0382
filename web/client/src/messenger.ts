import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { AccountActs } from './acts/account-acts.js';
import type { CallActs } from './acts/call-acts.js';
import type { GroupActs } from './acts/group-acts.js';
import type { ServerActs } from './acts/server-acts.js';
import type { TalkActs } from './acts/talk-acts.js';
import type { TrustActs } from './acts/trust-acts.js';
import type {
  Connection,
  ConversationView,
  MessagePage,
  MessageView,
  MessengerEvent,
  Outcome,
  Peer,
  Self,
  SessionState,
} from './views.js';

/** The messenger's words and its calls are one surface. */
export type * from './views.js';

/** The calls. Nothing that they take or give is a key, and none returns the plaintext of bytes that the caller chose. */
export interface Messenger extends AccountActs, TrustActs, TalkActs, GroupActs, CallActs, ServerActs {
  /** Finds the session of before the reload, if there is one, and connects. */
  restore(): Promise<SessionState>;
  /** Makes keys and the account. `email` is optional and never shown to others. */
  register(input: {
    readonly username: string;
    readonly password: string;
    readonly email: string | null;
  }): Promise<Outcome<Self>>;
  /** `startedFresh`: the person knows that the account was started fresh, and that what this device kept of it goes. */
  logIn(input: {
    readonly username: string;
    readonly password: string;
    readonly startedFresh?: boolean;
  }): Promise<Outcome<Self>>;
  /** Ends the session on the server and wipes this device's keys and messages. Unsent messages are lost: ask `unsent()` first. */
  logOut(): Promise<void>;
  /** How many messages wait in the outbox. */
  unsent(): Promise<number>;
  /** Opens the direct conversation with the user of exactly this name. */
  openConversation(username: string): Promise<Outcome<ConversationView>>;
  /** By falling time. */
  conversations(): Promise<readonly ConversationView[]>;
  /** The newest `limit` messages, or those before position `beforeSeq`. Fetches and opens what is not here yet. */
  messages(
    conversationId: ConversationId,
    page: { readonly beforeSeq: number | null; readonly limit: number },
  ): Promise<Outcome<MessagePage>>;
  /**
   * Puts a text into the outbox (durable when this resolves) and returns its view in state `sending`. At most 16,000 characters.
   * @param replyTo - a message of the conversation that is here; refused `not-found` for others
   */
  send(conversationId: ConversationId, body: string, replyTo?: MessageId): Promise<Outcome<MessageView>>;
  /** Tries a `failed` message again, under the same id. */
  retry(messageId: MessageId): Promise<Outcome<MessageView>>;
  /** Removes a message that was not accepted from the outbox. */
  discard(messageId: MessageId): Promise<void>;
  /** Everything in the conversation up to here was seen by the person. */
  markRead(conversationId: ConversationId): Promise<void>;
  /** Asks the server again for what a `missing` mark stands for. */
  lookAgain(conversationId: ConversationId): Promise<void>;
  /** The person has looked at the change and goes on with the new keys. */
  acceptNewKeys(userId: UserId): Promise<Outcome<Peer>>;
  /** Credits that can be spent; null until known. */
  credits(): Promise<number | null>;
  connection(): Promise<Connection>;
  subscribe(listener: (event: MessengerEvent) => void): () => void;
  /** Closes sockets and storage; the session stays on this device. */
  close(): Promise<void>;
}
