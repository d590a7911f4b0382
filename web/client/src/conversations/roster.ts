import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { ConversationSummary, ListConversations, StoredMessage } from '@secureconnect/contracts/messaging';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { Directory, DirectoryEntry } from '../directory/directory.js';
import { peerView } from '../directory/peer-view.js';
import type { EventHub } from '../event-hub.js';
import type { ConversationView, GroupSummary, Peer } from '../messenger.js';
import { Refusal } from '../refusal.js';
import type { Connection } from '../socket/connection.js';
import { countOf } from '../sync/coverage.js';
import type { GoodAnswer } from '../socket/messaging-events.js';
import type { SealedStore } from '../storage/sealed-store.js';
import { ConversationLog, type LogParts } from './conversation-log.js';
import { LogStore } from './log-store.js';
import { standingOf, viewerOf } from './standing.js';
import { completeRecord, isGroup, newConversation, type ConversationRecord } from './records.js';

/** Conversations that are brought up to date at the same time. */
const AT_ONCE = 4;
/** In so many conversations it is looked for receipts at every connection; in others when somebody opens them. */
const REFRESHED_MAX = 20;
/** About two frames. */
const ANNOUNCE_AFTER_MS = 30;

export interface RosterParts extends Omit<LogParts, 'changed' | 'connection'> {
  readonly primitives: Primitives;
  readonly store: SealedStore;
  readonly directory: Directory;
  readonly events: EventHub;
  readonly connection: () => Connection;
  /** What the signed log says of a group, as it is known here. */
  readonly groupOf: (conversationId: ConversationId) => Promise<GroupSummary | null>;
  /** The server tells of a group that was not known here, or that may have moved. */
  readonly groupMet: (conversationId: ConversationId) => Promise<void>;
  /** Messages of the peer have come. */
  readonly incoming: (record: ConversationRecord) => void;
}

/** All conversations of the account: those that are known here, and those that the server tells of. */
export class Roster {
  readonly #parts: RosterParts;
  readonly #logs = new Map<ConversationId, ConversationLog>();
  readonly #announcing = new Set<ConversationId>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  log(conversationId: ConversationId): ConversationLog {
    let log = this.#logs.get(conversationId);
    if (log === undefined) {
      const { store, deviceId } = this.#parts;
      const parts: LogParts = {
        ...this.#parts,
        connection: this.#parts.connection(),
        changed: (record, incoming) => {
          this.announce(record.conversationId);
          if (incoming) this.#parts.incoming(record);
        },
      };
      log = new ConversationLog(parts, new LogStore(store, conversationId, deviceId));
      this.#logs.set(conversationId, log);
    }
    return log;
  }

  async records(): Promise<ConversationRecord[]> {
    const records = await this.#parts.store.range<ConversationRecord>('conversations', { prefix: [] });
    return records.map(({ value }) => completeRecord(value)).sort((a, b) => b.lastAtMs - a.lastAtMs);
  }

  async views(): Promise<ConversationView[]> {
    const views: ConversationView[] = [];
    for (const record of await this.records()) if (await this.#isShown(record)) views.push(await this.#view(record));
    return views;
  }

  /** @throws Refusal `conversation-unknown` */
  async view(conversationId: ConversationId): Promise<ConversationView> {
    return this.#view(await this.need(conversationId));
  }

  /** @throws Refusal `conversation-unknown` */
  async need(conversationId: ConversationId): Promise<ConversationRecord> {
    const record = await this.log(conversationId).store.conversation();
    if (record === null) throw new Refusal('conversation-unknown');
    return record.value;
  }

  /** Opens the conversation with a user on the server, or finds it there. @throws Refusal */
  async open(peer: UserId): Promise<ConversationView> {
    const { conversation } = await this.#parts.connection().command('conversation:open', { peerUserId: peer });
    const record = await this.learn(conversation);
    if (record?.peer !== peer) throw new Refusal('server-answer-refused');
    await this.log(record.conversationId).catchUp();
    return this.view(record.conversationId);
  }

  /** Asks for receipts of the newest conversations in which something of one's own was not read yet. @throws Refusal */
  async refresh(): Promise<void> {
    const { selfId } = this.#parts;
    const waiting = (await this.records()).slice(0, REFRESHED_MAX).filter((record) => isWaiting(record, selfId));
    await inParallel(waiting, AT_ONCE, ({ conversationId }) => this.log(conversationId).refresh());
  }

  /** Lists the server's conversations and brings those up to date that have moved. @throws Refusal */
  async catchUp(): Promise<void> {
    let cursor: ListConversations['cursor'] = null;
    for (;;) {
      const page: GoodAnswer<'conversation:list'> = await this.#parts
        .connection()
        .command('conversation:list', { cursor, limit: LIMITS.conversationPageMax });
      const moved: ConversationRecord[] = [];
      for (const summary of page.conversations) {
        const before = await this.log(summary.conversationId).store.conversation();
        const record = await this.learn(summary);
        const wanting = record !== null && (before === null || (record.coverage.at(-1)?.[1] ?? 0) < record.lastSeq);
        if (wanting) moved.push(record);
      }
      await inParallel(moved, AT_ONCE, (record) => this.#bringUp(record));
      const last = page.conversations.at(-1);
      // By falling time: behind a page on which nothing has moved, nothing has.
      if (!page.more || last === undefined || moved.length === 0) return;
      cursor = { lastAtMs: last.lastAtMs, conversationId: last.conversationId };
    }
  }

  /** Takes in what the server says of a conversation. null: it is not what it claims to be. */
  async learn(summary: ConversationSummary): Promise<ConversationRecord | null> {
    const { events, primitives, selfId } = this.#parts;
    const { conversationId, kind, members } = summary;
    // Whose group it is, its signed log says, and nobody else.
    if (kind === 'group') return this.#enter({ ...summary, peer: conversationId as string as UserId });
    const [peer, ...others] = members.filter((member) => member !== selfId);
    const derived =
      peer !== undefined && others.length === 0 && members.length === 2
        ? idToHex(await directConversationId(primitives, idFromHex(selfId), idFromHex(peer)))
        : null;
    if (derived !== conversationId || peer === undefined) {
      events.alarm('server-answer-refused');
      return null;
    }
    return this.#enter({ ...summary, peer });
  }

  async #enter(
    summary: Pick<ConversationSummary, 'conversationId' | 'createdAtMs' | 'lastAtMs' | 'lastSeq'> & {
      readonly peer: UserId;
    },
  ): Promise<ConversationRecord> {
    const { conversationId, lastAtMs, lastSeq } = summary;
    const key = [conversationId];
    const record = newConversation(summary);
    const made = await this.#parts.store.commit({
      expect: [{ table: 'conversations', key, revision: 0 }],
      put: [{ table: 'conversations', key, value: record }],
    });
    await this.log(conversationId).reaches(lastSeq, lastAtMs);
    if (made) this.#parts.background(() => this.#meet(record));
    return this.need(conversationId);
  }

  /** A message was pushed: to its conversation, or, where that is not known yet, to the list. */
  arrived(message: StoredMessage): void {
    // No envelope at all belongs nowhere. If it stands in a conversation, sync meets it there and shows that.
    const conversationId = this.#conversationOf(message.envelope);
    if (conversationId === null) return;
    this.#parts.background(async () => {
      const log = this.log(conversationId);
      if ((await log.store.conversation()) === null) await this.catchUp();
      else await log.arrive(message);
    });
  }

  /** Sealed receipts were pushed. */
  receipt(receipt: Uint8Array): void {
    const conversationId = this.#conversationOf(receipt);
    if (conversationId === null) return;
    this.#parts.background(async () => {
      const record = await this.log(conversationId).store.conversation();
      if (record) this.#parts.receipts(record.value, [receipt]);
    });
  }

  /** A peer's trust has changed: its conversations look different, and what was unverifiable may not be so any longer. */
  async peerChanged({ userId }: DirectoryEntry): Promise<void> {
    for (const record of await this.records()) {
      if (record.peer !== userId) continue;
      this.announce(record.conversationId);
    }
  }

  /** Tells what happened to a group behind an entry of its log. */
  async tellGroupEvents(conversationId: ConversationId, after: number): Promise<void> {
    const { events, groupThread, selfId, settings } = this.#parts;
    const record = (await this.log(conversationId).store.conversation())?.value;
    if (record === undefined) return;
    const told = await groupThread.after(record, viewerOf(record, settings(), selfId), after);
    for (const event of told) events.emit({ type: 'group-event', event });
  }

  async lookAgainAt(userId: UserId): Promise<void> {
    for (const record of await this.records()) {
      if (record.peer === userId || isGroup(record)) await this.log(record.conversationId).lookAgain();
    }
  }

  /** What the header claims. null, with an alarm, for what has none. */
  #conversationOf(envelope: Uint8Array): ConversationId | null {
    try {
      return idToHex(readEnvelopeHeader(envelope).conversationId) as ConversationId;
    } catch {
      this.#parts.events.alarm('server-answer-refused');
      return null;
    }
  }

  async #bringUp(record: ConversationRecord): Promise<void> {
    await this.log(record.conversationId).catchUp();
    this.#parts.incoming(record);
  }

  /** First contact: the peer's identity is fetched, verified and pinned before anything is sealed or opened. */
  async #meet(record: ConversationRecord): Promise<void> {
    const { conversationId, peer } = record;
    if (isGroup(record)) await this.#parts.groupMet(conversationId);
    else await this.#parts.directory.entry(peer);
    this.announce(conversationId);
  }

  /** Tells what a conversation looks like now; a burst of messages is told of once. */
  announce(conversationId: ConversationId): void {
    if (this.#announcing.has(conversationId)) return;
    this.#announcing.add(conversationId);
    this.#parts.background(async () => {
      await this.#parts.pause(ANNOUNCE_AFTER_MS);
      this.#announcing.delete(conversationId);
      if (!(await this.#isShown(await this.need(conversationId)))) return;
      this.#parts.events.emit({ type: 'conversation', conversation: await this.view(conversationId) });
    });
  }

  /** A group is one when its signed log is here: the server's word makes none. */
  async #isShown(record: ConversationRecord): Promise<boolean> {
    return !isGroup(record) || (await this.#parts.groupOf(record.conversationId)) !== null;
  }

  async #view(record: ConversationRecord): Promise<ConversationView> {
    const { selfId, settings } = this.#parts;
    const { conversationId, lastAtMs, peer, unreadAt } = record;
    const standing = standingOf(record, settings(), selfId);
    const inGroup = isGroup(record);
    const known = inGroup ? ((await this.#parts.groupOf(conversationId)) ?? UNREAD_GROUP) : null;
    // A name is a stranger's text too.
    const group = known === null || standing === 'open' ? known : { ...known, name: '' };
    const entry = inGroup ? null : await this.#parts.directory.known(peer);
    return {
      conversationId,
      kind: inGroup ? 'group' : 'direct',
      peer: group === null ? peerView(peer, entry) : groupAsPeer(peer, group),
      group,
      last: await this.log(conversationId).last(record),
      lastAtMs,
      unread: standing === 'blocked' ? 0 : countOf(unreadAt),
      held: (entry?.candidate ?? null) !== null,
      standing,
    };
  }
}

/** Its log is not here yet. */
const UNREAD_GROUP: GroupSummary = { name: '', memberCount: 0, ownRole: null, forked: false, invitedBy: null };

/** What stands for a whole group where one person would. */
function groupAsPeer(userId: UserId, { name }: GroupSummary): Peer {
  return { userId, username: name === '' ? userId.slice(0, 8) : name, trust: 'first-use', pinnedAtMs: null };
}

/** Whether somebody may have read, meanwhile, what was written here. */
function isWaiting({ chains, read }: ConversationRecord, selfId: UserId): boolean {
  return Object.entries(chains).some(
    ([device, { user, runs }]) => user === selfId && (runs.at(-1)?.to ?? 0) > (read[device] ?? 0),
  );
}

async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
