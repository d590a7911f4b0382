import type { UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type {
  Alarm,
  Connection,
  ConversationView,
  MessagePage,
  Messenger,
  MessengerEvent,
  MessageView,
  Outcome,
  Peer,
  Refused,
  RefusalCode,
  Self,
  SessionEnd,
  SessionState,
  SessionStep,
  Standing,
  Trust,
} from '@secureconnect/client/messenger';

import type { Script } from '../script.js';
import { ScriptedCompany } from './scripted-company';
import type { FaceMessenger } from '../../src/app/keyring/keyring-api';
import { conversation, idOf, quoteOf, SELF, STEPS, type ScriptedConversation, type World } from './world';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** A messenger without keys, server and storage: it says what its scenario says. For tests of the page alone. */
export class ScriptedMessenger extends ScriptedCompany implements FaceMessenger, Script {
  readonly #world: World;
  readonly #listeners = new Set<(event: MessengerEvent) => void>();
  #nextMessage = 0;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  async restore(): Promise<SessionState> {
    await this.#asked('restore');
    setTimeout(() => this.setConnection(this.#world.connection), 0);
    return this.#session();
  }

  register(input: Parameters<Messenger['register']>[0]): Promise<Outcome<Self>> {
    return this.enter('register', input.username, STEPS.register);
  }

  logIn(input: Parameters<Messenger['logIn']>[0]): Promise<Outcome<Self>> {
    return this.enter('logIn', input.username, STEPS.logIn);
  }

  async logOut(): Promise<void> {
    await this.#asked('logOut');
    this.end('you');
  }

  async unsent(): Promise<number> {
    return this.#all().filter(({ outgoing, seq }) => outgoing && seq === null).length;
  }

  async openConversation(username: string): Promise<Outcome<ConversationView>> {
    const refused = await this.#asked('openConversation');
    if (refused) return refused;
    if (username === this.#world.self?.username) return { ok: false, code: 'self-conversation' };
    if (username.startsWith('nobody')) return { ok: false, code: 'peer-unknown' };
    const known = this.#world.conversations.find(({ view }) => view.peer.username === username);
    if (known) return ok(known.view);
    const opened = conversation({ username, lines: [], minutesAgo: 0 });
    this.#world.conversations.push(opened);
    return ok(opened.view);
  }

  async conversations(): Promise<readonly ConversationView[]> {
    await this.#asked('conversations');
    return this.#world.conversations.map(({ view }) => view);
  }

  async messages(
    conversationId: ConversationId,
    { beforeSeq, limit }: Parameters<Messenger['messages']>[1],
  ): Promise<Outcome<MessagePage>> {
    const refused = await this.#asked('messages');
    if (refused) return refused;
    const { messages } = this.#find(conversationId);
    const before = messages.filter(({ seq }) => beforeSeq === null || (seq !== null && seq < beforeSeq));
    return ok({ messages: before.slice(-limit), more: before.length > limit });
  }

  async send(conversationId: ConversationId, body: string, replyTo?: MessageId): Promise<Outcome<MessageView>> {
    const refused = await this.#asked('send');
    if (refused) return refused;
    const answered = this.#all().find(({ messageId }) => messageId === replyTo);
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
    this.#put(message);
    void this.#carry(message);
    return ok(message);
  }

  async retry(messageId: MessageId): Promise<Outcome<MessageView>> {
    const refused = await this.#asked('retry');
    if (refused) return refused;
    const failed = this.#all().find((message) => message.messageId === messageId);
    if (!failed) return { ok: false, code: 'not-found' };
    const again: MessageView = { ...failed, state: 'sending', refusal: null };
    this.#put(again);
    void this.#carry(again);
    return ok(again);
  }

  async discard(messageId: MessageId): Promise<void> {
    for (const scripted of this.#world.conversations) {
      scripted.messages = scripted.messages.filter((message) => message.messageId !== messageId);
    }
  }

  async markRead(conversationId: ConversationId): Promise<void> {
    this.#change(conversationId, { unread: 0 });
  }

  async lookAgain(conversationId: ConversationId): Promise<void> {
    await this.#asked('lookAgain');
    await sleep(30);
    const scripted = this.#find(conversationId);
    for (const { content, messageId } of [...scripted.messages]) {
      if (content.kind !== 'missing') continue;
      scripted.messages = scripted.messages.filter((message) => message.messageId !== messageId);
      this.#emit({ type: 'message-removed', conversationId, messageId });
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
    const refused = await this.#asked(call);
    if (refused) return refused;
    const message = this.#all().find((candidate) => candidate.messageId === messageId);
    if (!message) return { ok: false, code: 'not-found' };
    const changed = { ...message, ...changes };
    this.#put(changed);
    return ok(changed);
  }

  async acceptRequest(conversationId: ConversationId): Promise<Outcome<null>> {
    const refused = await this.#asked('acceptRequest');
    if (refused) return refused;
    this.#change(conversationId, { standing: 'open' });
    return ok(null);
  }

  block(userId: UserId): Promise<Outcome<null>> {
    return this.#stand('block', userId, 'blocked');
  }

  unblock(userId: UserId): Promise<Outcome<null>> {
    return this.#stand('unblock', userId, 'open');
  }

  async blocked(): Promise<readonly Peer[]> {
    return this.#world.conversations.filter(({ view }) => view.standing === 'blocked').map(({ view }) => view.peer);
  }

  async #stand(call: 'block' | 'unblock', userId: UserId, standing: Standing): Promise<Outcome<null>> {
    const refused = await this.#asked(call);
    if (refused) return refused;
    for (const { view } of this.#world.conversations) {
      if (view.peer.userId === userId) this.#change(view.conversationId, { standing });
    }
    return ok(null);
  }

  async credits(): Promise<number | null> {
    return this.#world.credits;
  }

  async connection(): Promise<Connection> {
    return this.#world.connection;
  }

  async claimAdmin(): Promise<Outcome<Self>> {
    const refused = await this.#asked('claimAdmin');
    if (refused) return refused;
    this.#world.self = { ...SELF, role: 'admin' };
    return ok(this.#world.self);
  }

  async listUsers(query: UsersQuery): Promise<Outcome<UsersAnswer>> {
    const refused = await this.#asked('listUsers');
    if (refused) return refused;
    const turn = query.order === 'asc' ? 1 : -1;
    const found = this.#world.users
      .filter(({ username, email }) => username.startsWith(query.search) || (email ?? '').startsWith(query.search))
      .sort((one, other) =>
        query.sort === 'joined'
          ? turn * (one.joinedAtMs - other.joinedAtMs)
          : turn * one.username.localeCompare(other.username),
      );
    const from = query.page * query.pageSize;
    return ok({ users: found.slice(from, from + query.pageSize), total: found.length });
  }

  subscribe(listener: (event: MessengerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  // what a test does to the page from outside

  setConnection(connection: Connection): void {
    this.#world.connection = connection;
    this.#emit({ type: 'connection', connection });
    if (connection.state !== 'connected') return;
    for (const message of this.#all()) {
      if (message.outgoing && message.state === 'sending') void this.#carry(message);
    }
  }

  setCredits(available: number): void {
    this.#world.credits = available;
    this.#emit({ type: 'credits', available });
  }

  refuse(call: keyof Messenger, code: RefusalCode | null, retryAfterSeconds?: number): void {
    const refused: Refused | undefined =
      code === null ? undefined : { ok: false, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    this.#world.refusals = { ...this.#world.refusals, [call]: refused };
  }

  alarm(code: Alarm['code'], username?: string): void {
    const conversationId = username === undefined ? null : this.#named(username).view.conversationId;
    this.#emit({ type: 'alarm', alarm: { code, userId: null, conversationId, atMs: Date.now() } });
  }

  end(endedBy: SessionEnd): void {
    this.#world.self = null;
    this.#world.endedBy = endedBy;
    this.#emit({ type: 'session', session: this.#session() });
  }

  changeKeys(username: string): void {
    const { view } = this.#named(username);
    this.#change(view.conversationId, { peer: { ...view.peer, trust: 'changed' }, held: true });
  }

  receive(username: string, body: string): void {
    const { view, messages } = this.#named(username);
    const seq = Math.max(0, ...messages.map((message) => message.seq ?? 0)) + 1;
    this.#put({
      conversationId: view.conversationId,
      messageId: idOf('came', ++this.#nextMessage) as MessageId,
      sender: view.peer.userId,
      outgoing: false,
      content: { kind: 'text', body },
      seq,
      sentAtMs: Date.now(),
      acceptedAtMs: Date.now(),
      clockMark: false,
      state: 'accepted',
      refusal: null,
      quote: null,
      editedAtMs: null,
      reactions: [],
    });
    this.#change(view.conversationId, { unread: view.unread + 1 });
  }

  protected views(): readonly ConversationView[] {
    return this.#world.conversations.map(({ view }) => view);
  }

  protected emit(event: MessengerEvent): void {
    this.#emit(event);
  }

  protected asked(call: keyof Messenger): Promise<Refused | null> {
    return this.#asked(call);
  }

  protected setTrust(userId: UserId, trust: Trust): Peer {
    const { view } = this.#world.conversations.find((scripted) => scripted.view.peer.userId === userId)!;
    const peer = { ...view.peer, trust };
    this.#change(view.conversationId, { peer, held: trust === 'changed' });
    return peer;
  }

  protected async enter(
    call: keyof Messenger,
    username: string,
    steps: readonly SessionStep[],
  ): Promise<Outcome<Self>> {
    for (const step of steps) {
      this.#emit({ type: 'step', step });
      await sleep(this.#world.stepMs);
      if (step !== 'asking-server') continue;
      const refused = await this.#asked(call);
      if (refused) return refused;
    }
    this.#world.self = { ...SELF, username: username };
    this.#emit({ type: 'session', session: this.#session() });
    this.setConnection(this.#world.connection);
    return ok(this.#world.self);
  }

  /** Through the states, as far as the world lets it. */
  async #carry(message: MessageView): Promise<void> {
    const refused = this.#world.refusals.messages ?? null;
    await sleep(8);
    if (this.#world.connection.state !== 'connected' || refused !== null) return;
    this.#put({ ...message, state: 'encrypted' });
    await sleep(8);
    const { messages } = this.#find(message.conversationId);
    const seq = Math.max(0, ...messages.map((other) => other.seq ?? 0)) + 1;
    const accepted: MessageView = { ...message, state: 'accepted', seq, acceptedAtMs: Date.now() };
    this.#put(accepted);
    if (this.#world.credits !== null) this.setCredits(this.#world.credits - 1);
    await sleep(16);
    this.#put({ ...accepted, state: 'delivered' });
  }

  #put(message: MessageView): void {
    const scripted = this.#find(message.conversationId);
    const others = scripted.messages.filter(({ messageId }) => messageId !== message.messageId);
    scripted.messages = [...others, message];
    this.#emit({ type: 'message', message });
    this.#change(message.conversationId, { last: message, lastAtMs: message.sentAtMs });
  }

  #change(conversationId: ConversationId, changes: Partial<ConversationView>): void {
    const scripted = this.#find(conversationId);
    scripted.view = { ...scripted.view, ...changes };
    this.#emit({ type: 'conversation', conversation: scripted.view });
  }

  #find(conversationId: ConversationId): ScriptedConversation {
    return this.#world.conversations.find(({ view }) => view.conversationId === conversationId)!;
  }

  #named(username: string): ScriptedConversation {
    return this.#world.conversations.find(({ view }) => view.peer.username === username)!;
  }

  #all(): readonly MessageView[] {
    return this.#world.conversations.flatMap(({ messages }) => messages);
  }

  #session(): SessionState {
    const { self, endedBy } = this.#world;
    return self === null ? { state: 'signed-out', endedBy } : { state: 'signed-in', self };
  }

  async #asked(call: keyof Messenger): Promise<Refused | null> {
    if (this.#world.stuck.includes(call)) await new Promise(() => undefined);
    return this.#world.refusals[call] ?? null;
  }

  #emit(event: MessengerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
