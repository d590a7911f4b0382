import type { ConversationId, MessageId } from '@secureconnect/contracts/ids';
import type {
  BanView,
  Connection,
  ConversationView,
  Messenger,
  MessengerEvent,
  MessageView,
  Outcome,
  Refused,
  SessionEnd,
  SessionState,
} from '@secureconnect/client/messenger';

import type { ScriptedConversation, World } from './world';

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** What the scenario says, and how the page hears of it. */
export abstract class ScriptedStage {
  protected readonly world: World;
  readonly #listeners = new Set<(event: MessengerEvent) => void>();

  constructor(world: World) {
    this.world = world;
  }

  subscribe(listener: (event: MessengerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  async connection(): Promise<Connection> {
    return this.world.connection;
  }

  async credits(): Promise<number | null> {
    return this.world.credits;
  }

  setConnection(connection: Connection): void {
    this.world.connection = connection;
    this.emit({ type: 'connection', connection });
    if (connection.state !== 'connected') return;
    for (const message of this.all()) {
      if (message.outgoing && message.state === 'sending') void this.carry(message);
    }
  }

  setCredits(available: number): void {
    this.world.credits = available;
    this.emit({ type: 'credits', available });
  }

  end(endedBy: SessionEnd, ban: BanView | null = null): void {
    this.world.self = null;
    this.world.endedBy = endedBy;
    this.world.ban = ban;
    this.emit({ type: 'session', session: this.session() });
  }

  /** Through the states, as far as the world lets it. */
  protected async carry(message: MessageView): Promise<void> {
    const refused = this.world.refusals.messages ?? null;
    await sleep(8);
    if (this.world.connection.state !== 'connected' || refused !== null) return;
    this.put({ ...message, state: 'encrypted' });
    await sleep(8);
    const accepted: MessageView = {
      ...message,
      state: 'accepted',
      seq: this.nextSeq(message.conversationId),
      acceptedAtMs: Date.now(),
    };
    this.put(accepted);
    if (this.world.credits !== null) this.setCredits(this.world.credits - 1);
    await sleep(16);
    this.put({ ...accepted, state: 'delivered' });
  }

  protected put(message: MessageView): void {
    const scripted = this.find(message.conversationId);
    const others = scripted.messages.filter(({ messageId }) => messageId !== message.messageId);
    scripted.messages = [...others, message];
    this.emit({ type: 'message', message });
    this.change(message.conversationId, { last: message, lastAtMs: message.sentAtMs });
  }

  protected change(conversationId: ConversationId, changes: Partial<ConversationView>): void {
    const scripted = this.find(conversationId);
    scripted.view = { ...scripted.view, ...changes };
    this.emit({ type: 'conversation', conversation: scripted.view });
  }

  protected nextSeq(conversationId: ConversationId): number {
    return Math.max(0, ...this.find(conversationId).messages.map(({ seq }) => seq ?? 0)) + 1;
  }

  protected find(conversationId: ConversationId): ScriptedConversation {
    return this.world.conversations.find(({ view }) => view.conversationId === conversationId)!;
  }

  /** By the name of the person, or of the group. */
  protected named(name: string): ScriptedConversation {
    return this.world.conversations.find(({ view }) => view.peer.username === name)!;
  }

  protected message(messageId: MessageId | undefined): MessageView | undefined {
    return this.all().find((message) => message.messageId === messageId);
  }

  protected all(): readonly MessageView[] {
    return this.world.conversations.flatMap(({ messages }) => messages);
  }

  protected session(): SessionState {
    const { self, endedBy, ban } = this.world;
    if (self !== null) return { state: 'signed-in', self };
    return { state: 'signed-out', endedBy, ...(ban !== null && { ban }) };
  }

  /** What the scenario answers to this call before anything happens; null: nothing is in its way. */
  protected async asked(call: keyof Messenger): Promise<Refused | null> {
    if (this.world.stuck.includes(call)) await new Promise(() => undefined);
    return this.world.refusals[call] ?? null;
  }

  protected async unless<T>(
    call: keyof Messenger,
    answer: () => Outcome<T> | Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return (await this.asked(call)) ?? answer();
  }

  protected emit(event: MessengerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
