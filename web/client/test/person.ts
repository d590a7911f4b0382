import { randomBytes } from 'node:crypto';
import { createMessenger } from '../src/create-messenger.js';
import { endpointsAt, systemClock, type MessengerDeps } from '../src/deps.js';
import { processLocks } from '../src/locks.js';
import type { ConversationView, MessageView, Messenger, MessengerEvent, Outcome } from '../src/messenger.js';
import { memoryStorage, type MemoryStorage } from '../src/storage/memory-storage.js';

/** A browser's cookie jar around Node's fetch. */
export function cookieJar(origin: string) {
  const cookies = new Map<string, string>();
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    header,
    fetch: async (url: string, init: RequestInit) => {
      const apart = init.credentials === 'omit';
      const response = await fetch(url, {
        ...init,
        headers: { ...(init.headers as object), ...(!apart && { cookie: header() }), origin },
      });
      if (apart) return response;
      for (const line of response.headers.getSetCookie()) {
        const [pair] = line.split(';') as [string];
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      return response;
    },
  };
}

export interface Person {
  readonly messenger: Messenger;
  readonly events: MessengerEvent[];
  readonly storage: MemoryStorage;
  readonly jar: ReturnType<typeof cookieJar>;
}

export function person(
  origin: string,
  {
    storage = memoryStorage(),
    jar = cookieJar(origin),
    acceptsRequests = true,
    ...deps
  }: Partial<MessengerDeps> & {
    storage?: MemoryStorage;
    jar?: Person['jar'];
    /** Whether requests of strangers are accepted as they come. */
    acceptsRequests?: boolean;
  } = {},
): Person {
  const messenger = createMessenger({
    endpoints: endpointsAt(origin),
    fetch: jar.fetch,
    socketOptions: () => ({ extraHeaders: { cookie: jar.header(), origin } }),
    storage,
    locks: processLocks(),
    clock: systemClock,
    random: (count) => new Uint8Array(randomBytes(count)),
    secureContext: true,
    ...deps,
  });
  const events: MessengerEvent[] = [];
  messenger.subscribe((event) => {
    events.push(event);
    if (acceptsRequests && event.type === 'conversation' && event.conversation.standing === 'request') {
      void messenger.acceptRequest(event.conversation.conversationId);
    }
  });
  return { messenger, events, storage, jar };
}

export const PASSWORD = 'correct horse battery staple';

export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.value;
}

export async function eventually<T>(
  look: () => T | Promise<T>,
  good: (found: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (good(found)) return found;
    if (Date.now() > deadline) throw new Error(`never: ${JSON.stringify([found]).slice(0, 2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function signUp(
  origin: string,
  username: string,
  deps: Parameters<typeof person>[1] = {},
): Promise<Person> {
  const made = person(origin, deps);
  value(await made.messenger.register({ username, password: PASSWORD, email: null }));
  await connected(made);
  return made;
}

export async function connected({ messenger }: Person): Promise<void> {
  await eventually(
    () => messenger.connection(),
    ({ state }) => state === 'connected',
  );
}

export async function talk({ messenger }: Person, username: string): Promise<ConversationView> {
  return value(await messenger.openConversation(username));
}

export async function thread(
  { messenger }: Person,
  conversation: Pick<ConversationView, 'conversationId'>,
  limit = 1_000,
): Promise<readonly MessageView[]> {
  return value(await messenger.messages(conversation.conversationId, { beforeSeq: null, limit })).messages;
}

export const texts = (messages: readonly MessageView[]): string[] =>
  messages.map(({ content }) =>
    content.kind === 'text' ? content.body : content.kind === 'missing' ? `missing ${content.count}` : content.kind,
  );
