import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { foldGroup, type HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { hashEntry } from '@secureconnect/crypto/group/entries';
import { replayGroup, type BundleLookup, type GroupHistory } from '@secureconnect/crypto/group/replay';
import { supersededAtMs } from '@secureconnect/crypto/identity/directory';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { GroupMark } from '@secureconnect/crypto/vault/group-marks';
import type { Directory } from '../directory/directory.js';
import type { EventHub } from '../event-hub.js';
import { Refusal } from '../refusal.js';
import type { Connection } from '../socket/connection.js';
import type { SealedStore } from '../storage/sealed-store.js';
import type { GroupMarks } from './group-marks.js';
import { NO_GROUP, type GroupRecord } from './group-records.js';

export interface GroupLogParts {
  readonly primitives: Primitives;
  readonly store: SealedStore;
  readonly directory: Directory;
  readonly events: EventHub;
  readonly connection: () => Connection;
  readonly selfId: UserId;
  /** What all devices of the account remember of groups. */
  readonly marks: GroupMarks;
  /** A group's log was here up to this entry, and is now longer. */
  readonly grew: (conversationId: ConversationId, before: number) => void;
  /** It is known now who took this account into a group. */
  readonly entered: (conversationId: ConversationId) => void;
  /** A group looks different. */
  readonly changed: (conversationId: ConversationId) => void;
}

/**
 * The signed log of one group (PROTOCOL 6.1 to 6.3): fetched, replayed entry by entry, kept. Whatever the server says besides it, such as who
 * is a member, counts for nothing.
 */
export class GroupLog {
  readonly conversationId: ConversationId;
  readonly #parts: GroupLogParts;
  #history: GroupHistory | null = null;
  #lastEpoch = 0;
  /** In which connection the server was asked last; 0: ask before anything is sealed. */
  #askedIn = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: GroupLogParts, conversationId: ConversationId) {
    this.#parts = parts;
    this.conversationId = conversationId;
  }

  /** The number of the newest epoch, as the server says it. */
  get lastEpoch(): number {
    return this.#lastEpoch;
  }

  /** Something has moved on, or may have: the server is asked before this log counts as the newest. */
  distrust(): void {
    this.#askedIn = 0;
  }

  async record(): Promise<GroupRecord> {
    const found = await this.#parts.store.get<GroupRecord>('groups', [this.conversationId, 'log']);
    return { conversationId: this.conversationId, ...NO_GROUP, ...found?.value };
  }

  /** Changes what is kept beside the log. */
  async update(change: (record: GroupRecord) => GroupRecord | null): Promise<void> {
    const { conversationId } = this;
    await this.#parts.store.update<GroupRecord>('groups', [conversationId, 'log'], (before) =>
      change({ conversationId, ...NO_GROUP, ...before }),
    );
  }

  /** What is believed, as it is known here; null before the log was ever fetched. */
  async known(): Promise<GroupHistory | null> {
    const { entries } = await this.record();
    // Another tab may have gone on.
    if ((this.#history?.entries.length ?? 0) < entries.length) this.#history = await this.#restored(entries);
    return this.#history;
  }

  /** What is believed, newer than the last notice of the server. @throws Refusal where it cannot be asked, or shows no log that holds */
  async newest(): Promise<GroupHistory> {
    const known = await this.known();
    if (known !== null && this.#askedIn === this.#parts.connection().count) return known;
    return this.refresh();
  }

  /** Asks the server now. @throws Refusal `group-forked`, `server-answer-refused`, or why it does not answer */
  refresh(): Promise<GroupHistory> {
    const run = this.#tail.then(
      () => this.#refresh(),
      () => this.#refresh(),
    );
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** The server tells two stories: sending stops here, and a person is told, once. */
  async fork(): Promise<void> {
    let isNews = false as boolean;
    await this.update((record) => {
      isNews = !record.forked;
      return record.forked ? null : { ...record, forked: true };
    });
    if (!isNews) return;
    this.#parts.events.alarm('group-forked', { conversationId: this.conversationId });
    this.#parts.changed(this.conversationId);
  }

  /** The bundle that a log or an epoch names, as the directory has it. */
  readonly lookUp: BundleLookup = async (user, bundleVer) => {
    const { directory } = this.#parts;
    const userId = idToHex(user) as UserId;
    const find = async (ask: boolean) => {
      const entry = ask ? await directory.fetch(userId) : await directory.entry(userId);
      for (const person of [entry.accepted, entry.candidate]) {
        const bundle = person?.identity.bundles.get(bundleVer);
        if (person && bundle) return { bundle, supersededAtMs: supersededAtMs(person.identity, bundleVer) };
      }
      return null;
    };
    return (await find(false)) ?? find(true);
  };

  async #refresh(): Promise<GroupHistory> {
    const { connection, events, primitives } = this.#parts;
    const { conversationId } = this;
    const askedIn = connection().count;
    for (let history = await this.known(); ;) {
      // The newest entry is asked for again: another one in its place is another story.
      const answer = await connection().command('group:log', {
        groupId: conversationId,
        afterSeq: Math.max(0, (history?.state.seq ?? 0) - 1),
        limit: LIMITS.groupEntriesPageMax,
      });
      const before = history?.state.seq ?? 0;
      const replay = await replayGroup(primitives, history, answer.entries, this.lookUp);
      const isOurs = replay.history === null || idToHex(replay.history.state.groupId) === conversationId;
      const isShorter = answer.lastSeq < before || (before > 0 && answer.entries.length === 0);
      if (isShorter || (!replay.ok && replay.refusal === 'forked')) {
        await this.fork();
        throw new Refusal('group-forked');
      }
      // It says that there is more, and gives nothing of it.
      const isStuck = replay.ok && replay.history.state.seq === before && answer.lastSeq > before;
      if (!replay.ok || !isOurs || isStuck) {
        events.alarm('server-answer-refused', { conversationId });
        throw new Refusal('server-answer-refused');
      }
      history = replay.history;
      await this.#keep(history);
      this.#lastEpoch = answer.lastEpoch;
      if (history.state.seq > before) {
        this.#parts.changed(conversationId);
        if (before > 0) this.#parts.grew(conversationId, before);
      }
      if (history.state.seq >= answer.lastSeq) {
        await this.#measure(history, answer.lastEpoch);
        this.#askedIn = askedIn;
        return history;
      }
    }
  }

  /** Another device of the account has gone on: what is here is still the same story, or another one; or it is behind. */
  async measureAgain(): Promise<void> {
    const mark = this.#parts.marks.of(this.conversationId);
    const history = await this.known();
    if (mark === null || history === null) return;
    if (isAnother(history, mark)) await this.fork();
    if (history.state.seq < mark.seq) this.distrust();
  }

  /** What the server gives is not less than any device of the account has believed, and not another story. @throws Refusal `group-forked` */
  async #measure(history: GroupHistory, lastEpoch: number): Promise<void> {
    const mark = this.#parts.marks.of(this.conversationId);
    if (mark === null) return;
    if (history.state.seq >= mark.seq && lastEpoch >= mark.epoch && !isAnother(history, mark)) return;
    await this.fork();
    throw new Refusal('group-forked');
  }

  async #keep(history: GroupHistory): Promise<void> {
    this.#history = history;
    await this.update((record) => {
      if (record.entries.length >= history.entries.length) return null;
      return { ...record, entries: history.entries.map(({ entry }) => toBase64Url(entry.bytes)) };
    });
  }

  async #restored(entries: readonly string[]): Promise<GroupHistory | null> {
    const hashed: HashedEntry[] = [];
    for (const text of entries) hashed.push(await hashEntry(this.#parts.primitives, fromBase64Url(text)));
    const [first, ...rest] = hashed;
    if (first === undefined) return null;
    const fold = foldGroup(null, [first, ...rest]);
    return fold.ok ? { state: fold.state, entries: hashed } : null;
  }
}

function isAnother({ entries }: GroupHistory, { head, seq }: GroupMark): boolean {
  const entry = entries[seq - 1];
  return entry !== undefined && !sameBytes(entry.hash, head);
}
