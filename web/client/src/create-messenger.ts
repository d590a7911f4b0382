import type { ConversationId, MessageId, UserId } from '@secureconnect/contracts/ids';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { peerView } from './directory/peer-view.js';
import type { GroupView } from './acts/group-acts.js';
import { CallerActs } from './calls/caller-acts.js';
import type { MessengerDeps } from './deps.js';
import { EventHub } from './event-hub.js';
import { AuthApi } from './http/auth-api.js';
import { HttpDoor } from './http/http-door.js';
import type {
  BanView,
  Connection as ConnectionState,
  ConversationView,
  GroupRole,
  MessagePage,
  Messenger,
  MessengerEvent,
  MessageReach,
  MessageView,
  Outcome,
  Peer,
  Self,
  SessionEnd,
  SessionState,
} from './messenger.js';
import { asRefusal, outcomeOf, Refusal } from './refusal.js';
import { AccountHome, selfOf } from './session/account-home.js';
import { checkUsername } from './session/credentials.js';
import { DeviceMemory } from './session/device-memory.js';
import { logIn } from './session/log-in.js';
import { register } from './session/register.js';
import type { SignedIn, SignInParts } from './session/sign-in.js';
import { SignedInAccount } from './signed-in-account.js';
import { openWireVault } from './vault/vault-keeper.js';

/** The messenger, signed out until `restore`, `register` or `logIn`. */
export function createMessenger(deps: MessengerDeps): Messenger {
  return new MessengerCore(deps);
}

class MessengerCore extends CallerActs implements Messenger {
  readonly #events: EventHub;
  protected readonly door: HttpDoor;
  readonly #auth: AuthApi;
  readonly #primitives = loadPrimitives();
  /** A page or a Worker hears when the network is back; Node has no such thing. */
  readonly #scope: Partial<Pick<typeof globalThis, 'addEventListener' | 'removeEventListener'>> = globalThis;
  readonly #wake = () => this.#account?.wake();
  #memory: Promise<DeviceMemory> | null = null;
  #account: SignedInAccount | null = null;
  #endedBy: SessionEnd | null = null;
  #ban: BanView | undefined;

  constructor(protected readonly deps: MessengerDeps) {
    super();
    this.#events = new EventHub(() => deps.clock.nowMs());
    this.door = new HttpDoor(deps.fetch, this.#events);
    this.#auth = new AuthApi(this.door, deps.endpoints.auth);
    this.#scope.addEventListener?.('online', this.#wake);
  }

  async restore(): Promise<SessionState> {
    if (this.#account !== null) return this.#state();
    const memory = await this.#remembered();
    const { userId, endedBy, ban } = await memory.current();
    this.#endedBy = endedBy;
    this.#ban = ban;
    if (userId === null || endedBy !== null) return this.#state();
    const remembered = await memory.vaultMark(userId);
    const home = await AccountHome.find(this.deps.storage, userId);
    const [record, vault] = home ? await Promise.all([home.session(), home.vault()]) : [null, null];
    if (home === null || record === null || vault === null) {
      home?.close();
      await this.#end('storage-lost');
      return this.#state();
    }
    const primitives = await this.#primitives;
    try {
      const opened = await openWireVault({ primitives, home, events: this.#events }, vault, remembered);
      await this.#begin({ home, record, opened });
    } catch (error) {
      asRefusal(error);
      home.close();
      await this.#end('storage-lost');
    }
    return this.#state();
  }

  register(input: Parameters<Messenger['register']>[0]): Promise<Outcome<Self>> {
    return outcomeOf(async () => this.enter((parts) => register(parts, input)));
  }

  logIn(input: Parameters<Messenger['logIn']>[0]): Promise<Outcome<Self>> {
    return outcomeOf(async () => this.enter((parts) => logIn(parts, input)));
  }

  async logOut(): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    await this.#auth.logout().catch(() => undefined);
    const { userId } = account.home;
    await this.#end('you');
    await AccountHome.destroy(this.deps.storage, userId);
  }

  async unsent(): Promise<number> {
    return (await this.#account?.outbox.all())?.length ?? 0;
  }

  openConversation(username: string): Promise<Outcome<ConversationView>> {
    return outcomeOf(async () => {
      const account = this.need();
      const name = checkUsername(username);
      if (name === account.access.record.username) throw new Refusal('self-conversation');
      const { userId } = await account.directory.find(name);
      return account.talk.open(userId);
    });
  }

  async conversations(): Promise<readonly ConversationView[]> {
    return (await this.#account?.roster.views()) ?? [];
  }

  messages(conversationId: ConversationId, page: Parameters<Messenger['messages']>[1]): Promise<Outcome<MessagePage>> {
    return outcomeOf(async () => {
      const { roster } = this.need();
      await roster.need(conversationId);
      return roster.log(conversationId).page(page.beforeSeq, page.limit);
    });
  }

  findUser(username: string): Promise<Outcome<Peer>> {
    return outcomeOf(async () => this.need().groupCalls.find(username));
  }

  createGroup(name: string, usernames: readonly string[]): Promise<Outcome<ConversationView>> {
    return outcomeOf(async () => this.need().groupCalls.create(name, usernames));
  }

  group(conversationId: ConversationId): Promise<Outcome<GroupView>> {
    return outcomeOf(async () => this.need().groupCalls.view(conversationId));
  }

  addMember(conversationId: ConversationId, username: string): Promise<Outcome<GroupView>> {
    return outcomeOf(async () => this.need().groupCalls.add(conversationId, username));
  }

  removeMember(conversationId: ConversationId, userId: UserId): Promise<Outcome<GroupView>> {
    return outcomeOf(async () => this.need().groupCalls.remove(conversationId, userId));
  }

  setRole(conversationId: ConversationId, userId: UserId, role: GroupRole): Promise<Outcome<GroupView>> {
    return outcomeOf(async () => this.need().groupCalls.setRole(conversationId, userId, role));
  }

  renameGroup(conversationId: ConversationId, name: string): Promise<Outcome<GroupView>> {
    return outcomeOf(async () => this.need().groupCalls.rename(conversationId, name));
  }

  leaveGroup(conversationId: ConversationId): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().groupCalls.leave(conversationId));
  }

  send(conversationId: ConversationId, body: string, replyTo?: MessageId): Promise<Outcome<MessageView>> {
    return outcomeOf(async () => this.need().talk.say(conversationId, body, replyTo));
  }

  edit(conversationId: ConversationId, messageId: MessageId, body: string): Promise<Outcome<MessageView>> {
    return outcomeOf(async () => this.need().talk.edit(conversationId, messageId, body));
  }

  deleteForAll(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageView>> {
    return outcomeOf(async () => this.need().talk.deleteForAll(conversationId, messageId));
  }

  reach(conversationId: ConversationId, messageId: MessageId): Promise<Outcome<MessageReach>> {
    return outcomeOf(async () => this.need().talk.reach(conversationId, messageId));
  }

  react(conversationId: ConversationId, messageId: MessageId, symbol: string | null): Promise<Outcome<MessageView>> {
    return outcomeOf(async () => this.need().talk.react(conversationId, messageId, symbol));
  }

  retry(messageId: MessageId): Promise<Outcome<MessageView>> {
    return outcomeOf(async () => this.need().outbox.retry(messageId));
  }

  async discard(messageId: MessageId): Promise<void> {
    await this.#account?.outbox.discard(messageId);
  }

  async markRead(conversationId: ConversationId): Promise<void> {
    const { roster, talk } = this.need();
    await roster.need(conversationId);
    await talk.markRead(conversationId);
    this.#events.emit({ type: 'conversation', conversation: await roster.view(conversationId) });
  }

  async lookAgain(conversationId: ConversationId): Promise<void> {
    await outcomeOf(async () => this.need().roster.log(conversationId).lookAgain());
  }

  acceptNewKeys(userId: UserId): Promise<Outcome<Peer>> {
    return outcomeOf(async () => peerView(userId, await this.need().goOnWith(userId)));
  }

  async credits(): Promise<number | null> {
    return this.#account?.credits ?? null;
  }

  async connection(): Promise<ConnectionState> {
    return this.#account?.connection.state ?? { state: 'offline', retryAtMs: null };
  }

  async typing(conversationId: ConversationId, isTyping: boolean): Promise<void> {
    await outcomeOf(async () => this.#account?.typing.say(conversationId, isTyping));
  }

  async watchPresence(userIds: readonly UserId[]): Promise<void> {
    await outcomeOf(async () => this.#account?.presence.watch(userIds));
  }

  acceptRequest(conversationId: ConversationId): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().talk.accept(conversationId));
  }

  block(userId: UserId): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().talk.block(userId));
  }

  unblock(userId: UserId): Promise<Outcome<null>> {
    return outcomeOf(async () => this.need().talk.unblock(userId));
  }

  async blocked(): Promise<readonly Peer[]> {
    return (await this.#account?.talk.blocked()) ?? [];
  }

  subscribe(listener: (event: MessengerEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#scope.removeEventListener?.('online', this.#wake);
    this.#account?.stop();
    this.#account = null;
    this.#events.close();
    const memory = await this.#memory?.catch(() => null);
    memory?.close();
    this.#memory = null;
  }

  protected async enter(work: (parts: SignInParts) => Promise<SignedIn>): Promise<Self> {
    if (!this.deps.secureContext) throw new Refusal('insecure-context');
    if (this.#account !== null) throw new Refusal('forbidden');
    const parts: SignInParts = {
      deps: this.deps,
      primitives: await this.#primitives,
      auth: this.#auth,
      memory: await this.#remembered(),
      events: this.#events,
      step: (step) => this.#events.emit({ type: 'step', step }),
    };
    const signedIn = await work(parts);
    parts.step('loading-conversations');
    await this.#begin(signedIn);
    return selfOf(signedIn.record);
  }

  async #begin(signedIn: SignedIn): Promise<void> {
    this.#endedBy = null;
    this.#ban = undefined;
    const account = new SignedInAccount(
      {
        deps: this.deps,
        primitives: await this.#primitives,
        events: this.#events,
        door: this.door,
        auth: this.#auth,
        memory: await this.#remembered(),
        ended: (by, ban) => {
          if (this.#account !== account) return;
          if (by === 'reused') this.#events.alarm('session-reused', { userId: signedIn.record.userId });
          void this.#end(by, ban);
        },
        changed: () => this.#tell(),
      },
      signedIn,
    );
    this.#account = account;
    this.#tell();
    await account.start();
  }

  /** Signed out from now on. Whoever logs out leaves nothing here; when the server ends a session, everything stays, sealed (THREATS 82). */
  async #end(by: SessionEnd, ban?: BanView): Promise<void> {
    const account = this.#account;
    this.#account = null;
    this.#endedBy = by;
    this.#ban = ban;
    account?.stop();
    await outcomeOf(() => this.#keepEnd(by, account));
    this.#tell();
  }

  async #keepEnd(by: SessionEnd, account: SignedInAccount | null): Promise<void> {
    const memory = await this.#remembered();
    const { userId, endedBy, ban, sessionId } = await memory.current();
    // Somebody else is signed in in this browser by now, or the same person anew: that session is theirs.
    const isOthers = account !== null && userId !== null && userId !== account.home.userId;
    const isLater = by === 'storage-lost' && account !== null && sessionId !== account.access.record.sessionId;
    if (isOthers || (isLater && userId !== null && endedBy === null)) return;
    // Where the storage went because the person logged out in another tab, that tab has said so.
    if (by === 'storage-lost' && endedBy !== null) [this.#endedBy, this.#ban] = [endedBy, ban];
    await memory.setCurrent({ userId: this.#endedBy === 'you' ? null : userId, ...this.#ending() });
  }

  #remembered(): Promise<DeviceMemory> {
    this.#memory ??= DeviceMemory.open(this.deps.storage, () => {
      this.#memory = null;
      if (this.#account !== null) void this.#end('storage-lost');
    });
    return this.#memory;
  }

  protected need(): SignedInAccount {
    if (this.#account === null) throw new Refusal('session-ended');
    return this.#account;
  }

  #state(): SessionState {
    return this.#account === null
      ? { state: 'signed-out', ...this.#ending() }
      : { state: 'signed-in', self: selfOf(this.#account.access.record) };
  }

  #ending(): { readonly endedBy: SessionEnd | null; readonly ban?: BanView } {
    return { endedBy: this.#endedBy, ...(this.#ban !== undefined && { ban: this.#ban }) };
  }

  #tell(): void {
    this.#events.emit({ type: 'session', session: this.#state() });
  }
}
