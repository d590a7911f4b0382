import type { TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import type { UserRow } from '@secureconnect/contracts/admin';
import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { Prices } from '@secureconnect/contracts/credits';
import type { StatementView } from '@secureconnect/client/credits/statement-view';
import type { GroupView } from '@secureconnect/client/acts/group-acts';
import type {
  BanView,
  SessionStep,
  Connection,
  ConversationView,
  GroupEventView,
  MessageView,
  Messenger,
  Peer,
  Refused,
  Self,
  SessionEnd,
  Standing,
  Trust,
} from '@secureconnect/client/messenger';

/** A conversation as the script has it, with all its messages. */
export interface ScriptedConversation {
  view: ConversationView;
  messages: MessageView[];
  /** Of a group: what its log says. */
  group: GroupView | null;
  /** And what has happened to it. */
  events: GroupEventView[];
}

/** A request for credits, as operators see it. */
export type ScriptedTopup = TopupsQueueAnswer['topups'][number];

/** Everything that a scenario decides. */
export interface World {
  self: Self | null;
  endedBy: SessionEnd | null;
  /** With `banned`: why, and until when. */
  ban: BanView | null;
  credits: number | null;
  connection: Connection;
  conversations: ScriptedConversation[];
  users: UserRow[];
  topups: ScriptedTopup[];
  /** What the account says of itself; null: a few lines that end at `credits`. */
  statement: StatementView | null;
  /** What things cost. */
  prices: Prices;
  /** Calls that are refused, by name. */
  refusals: Partial<Record<keyof Messenger, Refused>>;
  /** Calls that never answer, by name. */
  stuck: readonly (keyof Messenger)[];
  /** What the other devices of the account are called; null: the vault knows nothing of it. */
  deviceNames: readonly (string | null)[];
  /** How long each step of signing up takes, in milliseconds. */
  stepMs: number;
}

export const SELF: Self = {
  userId: idOf('user', 0) as UserId,
  username: 'alice',
  deviceId: idOf('device', 0) as DeviceId,
  role: 'user',
};

export function world(changes: Partial<World> = {}): World {
  return {
    self: SELF,
    endedBy: null,
    ban: null,
    credits: 486,
    connection: { state: 'connected', replicaId: 'messaging-gateway-1' },
    conversations: [],
    users: [],
    topups: [],
    statement: null,
    prices: { opening: 500, entries: firstPrices(0) },
    refusals: {},
    stuck: [],
    deviceNames: ['Firefox on Android', null],
    stepMs: 40,
    ...changes,
  };
}

/** Prices as a server without settings has them. */
export const firstPrices = (fromMs: number): Prices['entries'] => [
  { kind: 'message', amount: 1, fromMs },
  { kind: 'group-message', amount: 1, fromMs },
  { kind: 'call', amount: 5, fromMs },
];

/** 32 hex characters, the same for the same thing. */
export function idOf(kind: string, number: number): string {
  const head = Array.from(kind, (letter) => letter.charCodeAt(0).toString(16)).join('');
  return head.slice(0, 12).padEnd(12, '0') + number.toString(16).padStart(20, '0');
}

const userIds = new Map<string, UserId>([['alice', SELF.userId]]);

/** The same for the same name. */
export function userIdOf(username: string): UserId {
  const known = userIds.get(username);
  if (known !== undefined) return known;
  const made = idOf('user', userIds.size) as UserId;
  userIds.set(username, made);
  return made;
}

export const peerOf = (username: string, trust: Trust = 'first-use'): Peer => ({
  userId: userIdOf(username),
  username,
  trust,
  pinnedAtMs: Date.UTC(2026, 8, 14, 9, 30),
});

/** Who says it (`peer`: whom the chat is with; a name: a member of the group), the text, and optionally what else is true of it. */
export type Line = readonly [who: string, string, Partial<MessageView>?];

export interface Chat {
  readonly username: string;
  readonly lines: readonly Line[];
  /** When the last line was written, in minutes before now. */
  readonly minutesAgo: number;
  /** Minutes between two lines. */
  readonly pace?: number;
  readonly unread?: number;
  readonly trust?: Trust;
  readonly standing?: Standing;
}

let conversations = 0;

export function conversation({
  username,
  lines,
  minutesAgo,
  pace = 1,
  unread = 0,
  trust = 'first-use',
  standing = 'open',
}: Chat): ScriptedConversation {
  const conversationId = nextConversationId();
  const peer = peerOf(username, trust);
  const lastAtMs = Date.now() - minutesAgo * 60_000;
  const messages = messagesOf(conversationId, lines, { lastAtMs, pace, peer: username });
  const last = messages.at(-1) ?? null;
  const held = trust === 'changed';
  return {
    view: { conversationId, kind: 'direct', group: null, peer, last, lastAtMs, unread, held, standing },
    messages,
    group: null,
    events: [],
  };
}

export const nextConversationId = (): ConversationId => idOf('chat', ++conversations) as ConversationId;

/** @param pace - minutes between two lines */
export function messagesOf(
  conversationId: ConversationId,
  lines: readonly Line[],
  { lastAtMs, pace, peer }: { readonly lastAtMs: number; readonly pace: number; readonly peer: string },
): MessageView[] {
  return lines.map(([who, body, changes], index): MessageView => {
    const sentAtMs = lastAtMs - (lines.length - 1 - index) * pace * 60_000;
    const outgoing = who === 'me';
    return {
      conversationId,
      messageId: idOf(`m${conversations.toString(36)}`, index) as MessageId,
      sender: outgoing ? SELF.userId : userIdOf(who === 'peer' ? peer : who),
      outgoing,
      content: { kind: 'text', body },
      seq: index + 1,
      sentAtMs,
      acceptedAtMs: sentAtMs,
      clockMark: false,
      state: outgoing ? 'delivered' : 'accepted',
      refusal: null,
      quote: null,
      editedAtMs: null,
      reactions: [],
      ...changes,
    };
  });
}

/** What a person sees on the way in. */
export const STEPS: Readonly<Record<'register' | 'logIn', readonly SessionStep[]>> = {
  register: [
    'deriving-keys',
    'making-keys',
    'sealing-vault',
    'asking-server',
    'adding-device',
    'loading-conversations',
  ],
  logIn: ['deriving-keys', 'asking-server', 'opening-vault', 'adding-device', 'loading-conversations'],
};

export const quoteOf = ({ messageId, sender, content }: MessageView): MessageView['quote'] =>
  content.kind === 'text'
    ? { known: true, messageId, sender, body: content.body, altered: false }
    : { known: false, messageId };
