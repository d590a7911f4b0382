import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type {
  ConversationView,
  MessagePage,
  Messenger,
  MessageView,
  Outcome,
  Peer,
  Standing,
} from '@secureconnect/client/messenger';

import { ScriptedCompany } from './scripted-company';
import { ok, sleep } from './scripted-stage';
import { conversation, idOf, quoteOf, SELF } from './world';

/** The part of the script that is about chats and what is said in them. */
export abstract class ScriptedTalk extends ScriptedCompany {
  #nextMessage = 0;

  async unsent(): Promise<number> {
    return this.all().filter(({ outgoing, seq }) => outgoing && seq === null).length;
  }

  async openConversation(username: string): Promise<Outcome<ConversationView>> {
    const refused = await this.asked('openConversation');
    if (refused) return refused;
    if (username === this.world.self?.username) return { ok: false, code: 'self-conversation' };
    if (username.startsWith('nobody')) return { ok: false, code: 'peer-unknown' };
    const known = this.world.conversations.find(({ view }) => view.peer.username === username);
    if (known) return ok(known.view);
    const opened = conversation({ username, lines: [], minutesAgo: 0 });
    this.world.conversations.push(opened);
    return ok(opened.view);
  }

  async conversations(): Promise<readonly ConversationView[]> {
    await this.asked('conversations');
    return this.world.conversations.map(({ view }) => view);
  }

  async messages(
    conversationId: ConversationId,
    { beforeSeq, limit }: Parameters<Messenger['messages']>[1],
  ): Promise<Outcome<MessagePage>> {
    const refused = await this.asked('messages');
    if (refused) return refused;
    const { events, messages } = this.find(conversationId);
    const before = messages.filter(({ seq }) => beforeSeq === null || (seq !== null && seq < beforeSeq));
    return ok({ messages: before.slice(-limit), groupEvents: events, more: before.length > limit });
  }

  async send(conversationId: ConversationId, body: string, replyTo?: MessageId): Promise<Outcome<MessageView>> {
    const refused = await this.asked('send');
    if (refused) return refused;
    const answered = this.message(replyTo);
    const message: MessageView = {
      conversationId,
      messageId: idOf('sent', ++this.#nextMessage) as MessageId,
      sender: SELF.userId,
      outgoing: true,
      content: { kind: 'text', body },
      seq: null,
      sentAtMs: Date.now(),
      acceptedAtMs: null,
      clockMark: false,
      state: 'sending',
      refusal: null,
      quote: answered === undefined ? null : quoteOf(answered),
      editedAtMs: null,
      reactions: [],
    };
    this.put(message);
    void this.carry(message);
    return ok(message);
  }

  async retry(messageId: MessageId): Promise<Outcome<MessageView>> {
    const refused = await this.asked('retry');
    if (refused) return refused;
    const failed = this.message(messageId);
    if (!failed) return { ok: false, code: 'not-found' };
    const again: MessageView = { ...failed, state: 'sending', refusal: null };
    this.put(again);
    void this.carry(again);
    return ok(again);
  }

  async discard(messageId: MessageId): Promise<void> {
    for (const scripted of this.world.conversations) {
      scripted.messages = scripted.messages.filter((message) => message.messageId !== messageId);
    }
  }

  async markRead(conversationId: ConversationId): Promise<void> {
    this.change(conversationId, { unread: 0 });
  }

  async lookAgain(conversationId: ConversationId): Promise<void> {
    await this.asked('lookAgain');
    await sleep(30);
    const scripted = this.find(conversationId);
    for (const { content, messageId } of [...scripted.messages]) {
      if (content.kind !== 'missing') continue;
      scripted.messages = scripted.messages.filter((message) => message.messageId !== messageId);
      this.emit({ type: 'message-removed', conversationId, messageId });
    }
  }

  edit(_: ConversationId, messageId: MessageId, body: string): Promise<Outcome<MessageView>> {
    return this.#rework('edit', messageId, { content: { kind: 'text', body }, editedAtMs: Date.now() });
  }

  deleteForAll(_: ConversationId, messageId: MessageId): Promise<Outcome<MessageView>> {
    return this.#rework('deleteForAll', messageId, { content: { kind: 'deleted' }, quote: null, reactions: [] });
  }

  react(_: ConversationId, messageId: MessageId, symbol: string | null): Promise<Outcome<MessageView>> {
    const reactions = symbol === null ? [] : [{ symbol, senders: [SELF.userId] }];
    return this.#rework('react', messageId, { reactions });
  }

  async #rework(
    call: 'edit' | 'deleteForAll' | 'react',
    messageId: MessageId,
    changes: Partial<MessageView>,
  ): Promise<Outcome<MessageView>> {
    const refused = await this.asked(call);
    if (refused) return refused;
    const message = this.message(messageId);
    if (!message) return { ok: false, code: 'not-found' };
    const changed = { ...message, ...changes };
    this.put(changed);
    return ok(changed);
  }

  async acceptRequest(conversationId: ConversationId): Promise<Outcome<null>> {
    const refused = await this.asked('acceptRequest');
    if (refused) return refused;
    this.change(conversationId, { standing: 'open' });
    return ok(null);
  }

  block(userId: UserId): Promise<Outcome<null>> {
    return this.#stand('block', userId, 'blocked');
  }

  unblock(userId: UserId): Promise<Outcome<null>> {
    return this.#stand('unblock', userId, 'open');
  }

  async blocked(): Promise<readonly Peer[]> {
    return this.world.conversations.filter(({ view }) => view.standing === 'blocked').map(({ view }) => view.peer);
  }

  async #stand(call: 'block' | 'unblock', userId: UserId, standing: Standing): Promise<Outcome<null>> {
    const refused = await this.asked(call);
    if (refused) return refused;
    for (const { view } of this.world.conversations) {
      if (view.peer.userId === userId) this.change(view.conversationId, { standing });
    }
    return ok(null);
  }

  /** Somebody's message, as it comes in. */
  protected arrive(conversationId: ConversationId, sender: UserId, body: string): void {
    const { view } = this.find(conversationId);
    this.put({
      conversationId,
      messageId: idOf('came', ++this.#nextMessage) as MessageId,
      sender,
      outgoing: false,
      content: { kind: 'text', body },
      seq: this.nextSeq(conversationId),
      sentAtMs: Date.now(),
      acceptedAtMs: Date.now(),
      clockMark: false,
      state: 'accepted',
      refusal: null,
      quote: null,
      editedAtMs: null,
      reactions: [],
    });
    this.change(conversationId, { unread: view.unread + 1 });
  }
}
