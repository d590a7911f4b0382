import { randomBytes } from 'node:crypto';
import { createMessenger } from '@secureconnect/client/create-messenger';
import { systemClock, type Endpoints, type MessengerDeps } from '@secureconnect/client/deps';
import { processLocks } from '@secureconnect/client/locks';
import type {
  Alarm,
  ConversationView,
  MessageView,
  Messenger,
  MessengerEvent,
  Outcome,
  Self,
  SessionState,
} from '@secureconnect/client/messenger';
import { memoryStorage, type MemoryStorage } from '@secureconnect/client/storage/memory-storage';
import { eventually } from '../waiting/eventually.js';
import { CookieJar } from './cookie-jar.js';

/** A page of everything: longer than any thread of a story. */
const WHOLE_THREAD = 2_000;

/** Where a person's browser connects: the services themselves, or mallory in front of them. */
export interface Place {
  readonly origin: string;
  readonly endpoints: Endpoints;
}

/** Somebody with a browser: the real messenger, with cookies and storage of its own. */
export class Person {
  readonly username: string;
  readonly password: string;
  readonly storage: MemoryStorage;
  readonly jar: CookieJar;
  readonly messenger: Messenger;
  readonly events: MessengerEvent[] = [];

  /** `acceptsRequests`: false for somebody who leaves what strangers write unread; others take it as it comes. */
  constructor(
    username: string,
    place: Place,
    kept: {
      password?: string;
      storage?: MemoryStorage;
      jar?: CookieJar;
      deps?: Partial<MessengerDeps>;
      acceptsRequests?: boolean;
    } = {},
  ) {
    this.username = username;
    this.password = kept.password ?? `the password of ${username} is long`;
    this.storage = kept.storage ?? memoryStorage();
    this.jar = kept.jar ?? new CookieJar(place.origin);
    this.messenger = createMessenger({
      endpoints: place.endpoints,
      fetch: this.jar.fetch,
      socketOptions: () => ({ extraHeaders: this.jar.socketHeaders }),
      storage: this.storage,
      locks: processLocks(),
      clock: systemClock,
      random: (count) => new Uint8Array(randomBytes(count)),
      secureContext: true,
      ...kept.deps,
    });
    this.messenger.subscribe((event) => {
      this.events.push(event);
      if (kept.acceptsRequests === false || event.type !== 'conversation') return;
      const { conversationId, standing } = event.conversation;
      if (standing === 'request') void this.messenger.acceptRequest(conversationId);
    });
  }

  async signUp(email: string | null = null): Promise<Self> {
    const self = must(await this.messenger.register({ username: this.username, password: this.password, email }));
    await this.connected();
    return self;
  }

  async logIn(): Promise<Self> {
    const self = must(await this.messenger.logIn({ username: this.username, password: this.password }));
    await this.connected();
    return self;
  }

  async tryLogIn(): Promise<Outcome<Self>> {
    return this.messenger.logIn({ username: this.username, password: this.password });
  }

  async restore(): Promise<SessionState> {
    return this.messenger.restore();
  }

  /** Waits for the connection. Its name: the replica. */
  async connected(): Promise<string> {
    const connection = await eventually(
      () => this.messenger.connection(),
      ({ state }) => state === 'connected',
    );
    return connection.state === 'connected' ? connection.replicaId : '';
  }

  async open(username: string): Promise<ConversationView> {
    return must(await this.messenger.openConversation(username));
  }

  /** The conversation with somebody, as soon as it is in the list. */
  async conversationWith(username: string): Promise<ConversationView> {
    const found = await eventually(
      async () => (await this.messenger.conversations()).find(({ peer }) => peer.username === username),
      (view) => view !== undefined,
    );
    return found!;
  }

  async say(username: string, body: string): Promise<MessageView> {
    const { conversationId } = await this.conversationWith(username);
    return must(await this.messenger.send(conversationId, body));
  }

  async thread(username: string): Promise<readonly MessageView[]> {
    const { conversationId } = await this.conversationWith(username);
    return must(await this.messenger.messages(conversationId, { beforeSeq: null, limit: WHOLE_THREAD })).messages;
  }

  /** The thread in words: texts as they are, everything else as `[kind]`. */
  async words(username: string): Promise<string[]> {
    return (await this.thread(username)).map(wordsOf);
  }

  async reads(username: string, text: string): Promise<void> {
    await eventually(
      () => this.words(username),
      (words) => words.includes(text),
    );
  }

  get alarms(): Alarm['code'][] {
    return this.events.flatMap((event) => (event.type === 'alarm' ? [event.alarm.code] : []));
  }

  /** States that own messages went through, in order of first sight. */
  get statesSeen(): MessageView['state'][] {
    const states = this.events.flatMap((event) =>
      event.type === 'message' && event.message.outgoing ? [event.message.state] : [],
    );
    return [...new Set(states)];
  }
}

export function wordsOf({ content }: MessageView): string {
  if (content.kind === 'text') return content.body;
  return content.kind === 'missing' ? `[${content.count} missing]` : `[${content.kind}]`;
}

/** The value of an outcome. @throws Error with the code of a refusal */
export function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.code}`);
  return outcome.value;
}
