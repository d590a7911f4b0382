import type { DeviceId, MessageId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { GroupThread } from '../groups/group-thread.js';
import type { MessagePage, MessageView } from '../messenger.js';
import { asRefusal } from '../refusal.js';
import type { Connection } from '../socket/connection.js';
import {
  above,
  cover,
  covers,
  FIRST_PAGE,
  isSameCoverage,
  nextRequest,
  readPage,
  topOf,
  type Coverage,
  type PageRequest,
} from '../sync/coverage.js';
import type { Opener } from '../sync/opener.js';
import { placeMessages, type Judged } from '../sync/place.js';
import { isForked, isOtherStory } from '../sync/seen-heads.js';
import { close, type Absences } from './closed-positions.js';
import { isLine } from './contents.js';
import { begin } from './first-page.js';
import type { LogStore } from './log-store.js';
import { ownRecords } from './own-records.js';
import { rebuild } from './rebuild.js';
import type { ConversationRecord, OutboxRow } from './records.js';
import { viewerOf, type Viewer } from './standing.js';
import { tellChanges, type Audience } from './tell-changes.js';
import { readThreadPage } from './thread-page.js';
import { newestView, outboxViews, viewsOf } from './thread-views.js';
import { odditiesOf } from './views.js';

/** Messages overtake one another between replicas: a gap gets this long to close by itself, before it is asked for. */
const FILL_AFTER_MS = [120, 1_000, 3_000, 10_000, 30_000];

const LOOK_AGAIN_AFTER_MS = 400;

export interface LogParts extends Audience {
  readonly primitives: Primitives;
  readonly connection: Connection;
  readonly opener: Opener;
  /** Waits this many milliseconds, or until everything is stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly deviceId: DeviceId;
  readonly groupThread: GroupThread;
  readonly absences: Absences;
  /** Sealed receipts that came with a page. */
  readonly receipts: (record: ConversationRecord, receipts: readonly Uint8Array[]) => void;
  /** Runs something whose failure nobody waits for. */
  readonly background: (work: () => Promise<void>) => void;
}

/** One conversation: takes in what arrives, in any order, asks for what is wanting, and tells what it looks like. */
export class ConversationLog {
  readonly store: LogStore;
  readonly #parts: LogParts;
  #tail: Promise<unknown> = Promise.resolve();
  #arrived: StoredMessage[] = [];
  #taking: Promise<void> | null = null;
  #filling = false;
  #lookedAgainFor = '';
  #refreshedIn = 0;
  /** Positions that listeners of this very tab have been told of: another one may have placed a message first. */
  #told: Coverage = [];

  constructor(parts: LogParts, store: LogStore) {
    this.#parts = parts;
    this.store = store;
  }

  /**
   * Takes in messages that the server has pushed or acknowledged. Resolves when they are stored here, or when nothing can be said of
   * them yet (the directory does not answer): then they are asked for again by themselves.
   */
  arrive(message: StoredMessage): Promise<void> {
    this.#arrived.push(message);
    this.#taking ??= this.#serial(async () => {
      const arrived = this.#arrived;
      this.#arrived = [];
      this.#taking = null;
      const { coverage } = await this.store.need();
      const near = coverage.length === 0 ? FIRST_PAGE : topOf(coverage) + LIMITS.syncPageMax;
      const messages = arrived.filter(({ seq }) => seq <= near);
      if (messages.length < arrived.length) await this.#askForNewest().catch(asRefusal);
      if (messages.length === 0) return;
      try {
        await this.#take(messages, []);
      } catch (error) {
        asRefusal(error);
        await this.reaches(Math.max(...messages.map(({ seq }) => seq)), 0);
      }
      if (await this.#isWanting()) this.#fillSoon();
      else this.#lookAgainSoon();
    });
    return this.#taking;
  }

  /** The server says that the conversation reaches this far. */
  async reaches(lastSeq: number, lastAtMs: number): Promise<void> {
    await this.store.update((record) =>
      record.lastSeq >= lastSeq && record.lastAtMs >= lastAtMs
        ? null
        : { ...record, lastSeq: Math.max(record.lastSeq, lastSeq), lastAtMs: Math.max(record.lastAtMs, lastAtMs) },
    );
  }

  /** Asks for everything that is wanting above the floor. @throws Refusal */
  async catchUp(): Promise<void> {
    await this.#serial(async () => {
      for (;;) {
        const record = (await this.store.conversation())?.value;
        const request = record && nextRequest(record.coverage, record.floor, record.lastSeq);
        if (!record || !request || !(await this.#fetch(record, request))) break;
      }
    });
    await this.#lookAgainOnce();
  }

  /** What was receipted while there was no connection comes with a page: one is asked for, once in each connection. @throws Refusal */
  async refresh(): Promise<void> {
    const { connection } = this.#parts;
    if (!connection.isConnected || this.#refreshedIn === connection.count) return;
    this.#refreshedIn = connection.count;
    await this.#serial(() => this.#askForNewest());
  }

  /** Makes sure that own envelopes which the server has are known here, whatever it pushed. @throws Refusal */
  async catchUpFromServer(): Promise<void> {
    await this.#serial(() => this.#askForNewest());
    await this.catchUp();
  }

  /** A page counts more than a push: what is said to stand far behind everything that is here is not placed, but asked for. @throws Refusal */
  async #askForNewest(): Promise<void> {
    const record = await this.store.need();
    const { coverage } = record;
    const forward = { from: { afterSeq: topOf(coverage) }, limit: LIMITS.syncPageMax };
    const newest = { from: { beforeSeq: Number.MAX_SAFE_INTEGER }, limit: FIRST_PAGE };
    await this.#fetch(record, coverage.length === 0 ? newest : forward);
  }

  /** One page as a person reads it; history is fetched on the way. Own unsent messages end the newest page. */
  async page(beforeSeq: number | null, limit: number): Promise<MessagePage> {
    const { background, connection } = this.#parts;
    if (beforeSeq === null && connection.isConnected && (await this.store.need()).coverage.length === 0)
      await this.catchUp();
    if (beforeSeq === null) background(() => this.refresh());
    const fetchBelow = async (record: ConversationRecord, bottom: number) => {
      if (!connection.isConnected) return null;
      const request = { from: { beforeSeq: bottom }, limit: Math.min(limit, LIMITS.syncPageMax) };
      const hasProgressed = await this.#serial(() => this.#fetch(record, request));
      return hasProgressed ? this.store.need() : null;
    };
    const record = await this.store.need();
    const viewer = this.#viewer(record);
    const { lowest, ...shown } = await readThreadPage(this.store, record, { beforeSeq, limit }, viewer, fetchBelow);
    const page = { beforeSeq, lowest, more: shown.more };
    return { ...shown, groupEvents: await this.#parts.groupThread.page(await this.store.need(), viewer, page) };
  }

  /** Everything that is here was seen. null: it was so before. */
  async readAll(): Promise<ConversationRecord | null> {
    return this.readUpTo(topOf((await this.store.need()).coverage));
  }

  /** Everything up to `position` was seen, here or on another device. null: it was so before. */
  async readUpTo(position: number): Promise<ConversationRecord | null> {
    let changed: ConversationRecord | null = null;
    await this.store.update((before) => {
      const unreadAt = above(before.unreadAt, position);
      changed = position > before.readUpTo ? { ...before, readUpTo: position, unreadAt } : null;
      return changed;
    });
    return changed;
  }

  /** Tells of the newest messages, where more of them is shown than before. */
  async tellNewest(): Promise<void> {
    for (const message of (await this.page(null, FIRST_PAGE)).messages) {
      this.#parts.events.emit({ type: 'message', message });
    }
  }

  /** Newest message that is shown, own unsent ones included. */
  async last(record: ConversationRecord): Promise<MessageView | null> {
    return newestView(this.store, record, this.#viewer(record));
  }

  /** Tells what waits in the outbox: a text, or the message that a change is about. */
  async tellWaiting(row: OutboxRow): Promise<MessageView | null> {
    if (!isLine(row.content)) return this.tellAgain(row.content.target.messageId);
    const [view] = await outboxViews(this.store, [row], this.#viewer(await this.store.need()));
    if (view) this.#parts.events.emit({ type: 'message', message: view });
    return view ?? null;
  }

  /** Tells what a message looks like now that one's own outbox wants it otherwise. @returns null where it is not here */
  async tellAgain(messageId: MessageId): Promise<MessageView | null> {
    const record = await this.store.need();
    const found = (await this.store.byIds([messageId])).get(messageId);
    if (found === undefined) return null;
    const [view] = await viewsOf(
      this.store,
      record,
      [{ position: found.position, record: found }],
      this.#viewer(record),
    );
    if (view) this.#parts.events.emit({ type: 'message', message: view });
    return view ?? null;
  }

  /** Looks at everything odd again: asks the server anew for what is missing, opens anew what did not open. */
  async lookAgain(): Promise<void> {
    await this.#serial(async () => {
      const record = (await this.store.conversation())?.value;
      if (record === undefined) return;
      const { connection } = this.#parts;
      const sync = (afterSeq: number) =>
        connection.command('conversation:sync', {
          conversationId: this.store.conversationId,
          from: { afterSeq },
          limit: LIMITS.syncPageMax,
        });
      const result = await rebuild(
        this.store,
        this.#parts.opener,
        this.#viewer(record),
        connection.isConnected ? sync : null,
      );
      if (result) await tellChanges(this.#parts, this.store, result.before, result.placed, result.gone);
    });
  }

  /** A message that betrays a gap: the server is asked once, without a person. */
  #lookAgainSoon(): void {
    const { background, connection, pause } = this.#parts;
    background(async () => {
      const signature = odditiesOf((await this.store.conversation())?.value);
      if (signature === '' || signature === this.#lookedAgainFor) return;
      await pause(LOOK_AGAIN_AFTER_MS);
      if (connection.isConnected) await this.#lookAgainOnce();
    });
  }

  async #lookAgainOnce(): Promise<void> {
    const signature = odditiesOf((await this.store.conversation())?.value);
    if (signature === '' || signature === this.#lookedAgainFor) return;
    this.#lookedAgainFor = signature;
    await this.lookAgain();
  }

  #fillSoon(): void {
    if (this.#filling) return;
    this.#filling = true;
    const { background, connection, pause } = this.#parts;
    background(async () => {
      try {
        for (const afterMs of FILL_AFTER_MS) {
          await pause(afterMs);
          // Without a connection, the next one brings everything up to date.
          if (!connection.isConnected || !(await this.#isWanting())) return;
          await this.catchUp().catch(asRefusal);
        }
      } finally {
        this.#filling = false;
      }
    });
  }

  async #isWanting(): Promise<boolean> {
    const record = (await this.store.conversation())?.value;
    return record !== undefined && nextRequest(record.coverage, record.floor, record.lastSeq) !== null;
  }

  /** Fetches and takes in one page. False: it brought nothing forward. */
  async #fetch(record: ConversationRecord, request: PageRequest): Promise<boolean> {
    const { connection, events } = this.#parts;
    const { conversationId } = this.store;
    const answer = await connection.command('conversation:sync', { conversationId, ...request });
    const closed = await close(this.store, this.#parts.absences, answer);
    const given = answer.messages.map(({ seq }) => seq);
    const page = closed && readPage(request, given, answer.lastSeq, closed);
    if (page === null || page.absent.length > 0) events.alarm('server-answer-refused', { conversationId });
    if (page === null) return false;
    const after = await this.#take(answer.messages, page.absent, record.coverage.length === 0 ? page.from : undefined);
    if (!after) return false;
    await this.store.update((now) => {
      // What was claimed before the question stands only if the answer says so too.
      const claimed = now.lastSeq === record.lastSeq ? topOf(now.coverage) : now.lastSeq;
      const lastSeq = Math.max(claimed, answer.lastSeq);
      return lastSeq === now.lastSeq ? null : { ...now, lastSeq };
    });
    if (answer.receipts.length > 0) this.#parts.receipts(after, answer.receipts);
    return !isSameCoverage((await this.store.need()).coverage, record.coverage);
  }

  /** @param floor - this is the first page of this device: what is above it is fetched by itself from now on */
  async #take(
    messages: readonly StoredMessage[],
    passedOver: readonly number[],
    floor?: number,
  ): Promise<ConversationRecord | null> {
    const { events, opener, primitives, selfId } = this.#parts;
    const { conversationId } = this.store;
    const opened = new Map<number, Judged>();
    for (;;) {
      const before = await this.store.conversation();
      if (before === null) return null;
      const fresh = messages.filter(({ seq }) => !covers(before.value.coverage, seq));
      if (await isOtherStory(this.store, opener, before.value, messages)) {
        events.alarm('server-answer-refused', { conversationId });
      }
      if (fresh.length === 0 && passedOver.length === 0) {
        await this.#tellOfPlaced(before.value, messages);
        return before.value;
      }
      const unopened = fresh.filter(({ seq }) => !opened.has(seq));
      const own = ownRecords(await this.store.outbox(), selfId, this.#parts.deviceId);
      for (const judged of await opener.judge(before.value, unopened, own)) opened.set(judged.position, judged);
      const judged = fresh.map(({ seq }) => opened.get(seq)!);
      const base = floor === undefined ? before.value : begin(before.value, judged, floor, this.#parts);
      const placed = placeMessages(base, judged, passedOver, await this.store.taken(judged), selfId);
      if (!(await this.store.commit(before, placed, [], true))) continue;
      if (placed.replays > 0) events.alarm('replayed', { conversationId });
      if (await isForked(primitives, this.store, judged)) events.alarm('history-forked', { conversationId });
      for (const position of placed.messages.keys()) this.#told = cover(this.#told, position, position);
      await tellChanges(this.#parts, this.store, before.value, placed, []);
      await this.#tellOfPlaced(placed.conversation, messages);
      return placed.conversation;
    }
  }

  /** Tells of messages that another tab has placed. */
  async #tellOfPlaced(conversation: ConversationRecord, given: readonly StoredMessage[]): Promise<void> {
    const positions = given.map(({ seq }) => seq).filter((seq) => !covers(this.#told, seq));
    if (positions.length === 0) return;
    for (const position of positions) this.#told = cover(this.#told, position, position);
    const found = await this.store.at(positions);
    const messages = new Map(found.flatMap((record, index) => (record ? [[positions[index]!, record] as const] : [])));
    await tellChanges(this.#parts, this.store, conversation, { conversation, messages }, []);
  }

  #viewer(record: ConversationRecord): Viewer {
    return viewerOf(record, this.#parts.settings(), this.#parts.selfId);
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(work, work);
    this.#tail = run.catch(() => undefined);
    return run;
  }
}
