import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { membersInOrder, type GroupMember, type GroupState } from '@secureconnect/contracts/signed/group-rules';
import { ENVELOPE_KINDS, readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import type { OpenContext, Opened, Rejected } from '@secureconnect/crypto/envelope/open';
import {
  changeGroup,
  createGroup,
  memberKeys,
  renameGroup,
  type GroupActor,
  type GroupChange,
  type WrittenEntry,
} from '@secureconnect/crypto/group/entries';
import { openGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import { seqOfHead, stateAt, type GroupHistory } from '@secureconnect/crypto/group/replay';
import { GROUP_NAME_MAX_LENGTH } from '@secureconnect/crypto/group/group-name';
import type { GroupView } from '../acts/group-acts.js';
import type { ConversationRecord } from '../conversations/records.js';
import { peerOf, peerView } from '../directory/peer-view.js';
import type { GroupRole, GroupSummary } from '../views.js';
import { asRefusal, Refusal } from '../refusal.js';
import { GroupEpochs, type GroupEpochParts, type ReadyGroup } from './group-epochs.js';
import { absencesOf, inviterOf } from './group-events.js';
import { GroupLog } from './group-log.js';

/** Somebody else may change the same group at the same time; somebody wins every round. */
const ROUNDS = 5;

interface Kept {
  readonly log: GroupLog;
  readonly epochs: GroupEpochs;
}

/** All groups of the account: their logs and epochs, what is done to them, and the envelopes in them. */
export class Groups {
  readonly #parts: GroupEpochParts;
  readonly #kept = new Map<ConversationId, Kept>();

  constructor(parts: GroupEpochParts) {
    this.#parts = parts;
  }

  of(conversationId: ConversationId): Kept {
    let kept = this.#kept.get(conversationId);
    if (kept === undefined) {
      const log = new GroupLog(this.#parts, conversationId);
      kept = { log, epochs: new GroupEpochs(this.#parts, log) };
      this.#kept.set(conversationId, kept);
    }
    return kept;
  }

  /** The server says how far a group is. @throws Refusal */
  async moved(conversationId: ConversationId): Promise<void> {
    const { epochs, log } = this.of(conversationId);
    log.distrust();
    const { entries } = await log.refresh();
    await this.#noteInviter(conversationId, inviterOf(entries, this.#parts.selfId));
    if (log.lastEpoch > 0) await epochs.open(log.lastEpoch);
    const { groupId, head, seq } = (await log.newest()).state;
    const epoch = await epochs.known();
    const epochHash = epoch?.hash ?? (new Uint8Array(32) as Bytes32);
    this.#parts.marks.note({ groupId, seq, head, epoch: epoch?.epoch ?? 0, epochHash });
  }

  /** Another device of the account has believed more, or something else. */
  async measureAgain(): Promise<void> {
    for (const { log } of this.#kept.values()) await log.measureAgain();
  }

  distrust(conversationId: ConversationId): void {
    this.of(conversationId).log.distrust();
  }

  /** What something is sealed under now. @throws Refusal as `GroupEpochs.ready` */
  ready(conversationId: ConversationId, mayRotate: boolean): Promise<ReadyGroup> {
    return this.of(conversationId).epochs.ready(mayRotate);
  }

  /** What a list of conversations shows of it; null before its log is here. */
  async summary(conversationId: ConversationId): Promise<GroupSummary | null> {
    const { log } = this.of(conversationId);
    const history = await log.known();
    if (history === null) return null;
    const { forked, name } = await log.record();
    const own = history.state.members.get(this.#parts.selfId);
    const { directory, selfId } = this.#parts;
    const inviter = inviterOf(history.entries, selfId);
    return {
      name: name ?? '',
      memberCount: history.state.members.size,
      ownRole: own?.role ?? null,
      forked,
      invitedBy: inviter === null || inviter === selfId ? null : peerView(inviter, await directory.known(inviter)),
    };
  }

  /** @throws Refusal where it is not here and cannot be asked for */
  async view(conversationId: ConversationId): Promise<GroupView> {
    const { epochs, log } = this.of(conversationId);
    const history = (await log.known()) ?? (await log.refresh());
    const { forked, name } = await log.record();
    const own = history.state.members.get(this.#parts.selfId);
    const epoch = await epochs.known();
    return {
      conversationId,
      name: name ?? '',
      members: await Promise.all(membersInOrder(history.state).map((member) => this.#member(history, member))),
      ownRole: own?.role ?? null,
      epochCode: epoch?.code ?? null,
      forked,
    };
  }

  /** The group, begun by this account, with these others in it. @throws Refusal */
  async create(name: string, others: readonly UserId[]): Promise<ConversationId> {
    const { clock, connection, directory, primitives, selfId } = this.#parts;
    checkName(name);
    const self = await directory.entry(selfId);
    if (self.accepted === null) throw new Refusal('peer-identity-refused');
    const bundle = self.accepted.identity.current;
    const actor = this.#actor();
    const begun = await createGroup(primitives, actor, { bundle, name, nowMs: clock.nowMs() });
    const entries = [begun.bytes];
    let { state } = begun;
    for (const userId of new Set(others)) {
      const change = await this.#addition(userId);
      const written = await changeGroup(primitives, actor, state, change, clock.nowMs());
      entries.push(written.bytes);
      state = written.state;
    }
    const groupId = idToHex(state.groupId) as ConversationId;
    const { epochs, log } = this.of(groupId);
    const nameKey = { seq: 1, key: toBase64Url(begun.nameKey) };
    await log.update((record) => ({ ...record, nameKey, name }));
    for (let from = 0; from < entries.length; from += LIMITS.groupEntriesPageMax) {
      const page = entries.slice(from, from + LIMITS.groupEntriesPageMax);
      await connection().command('group:append', { groupId, entries: page });
    }
    await log.refresh();
    await epochs.ready(true);
    return groupId;
  }

  async add(conversationId: ConversationId, userId: UserId): Promise<void> {
    const change = await this.#addition(userId);
    await this.#change(conversationId, change);
  }

  remove(conversationId: ConversationId, userId: UserId): Promise<void> {
    return this.#change(conversationId, { type: 'remove', userId: idFromHex(userId) });
  }

  setRole(conversationId: ConversationId, userId: UserId, role: GroupRole): Promise<void> {
    return this.#change(conversationId, { type: 'role', userId: idFromHex(userId), role });
  }

  leave(conversationId: ConversationId): Promise<void> {
    return this.#change(conversationId, { type: 'leave' });
  }

  async rename(conversationId: ConversationId, name: string): Promise<void> {
    checkName(name);
    const { clock, primitives } = this.#parts;
    await this.#write(conversationId, async (state) => {
      const { epoch } = await this.ready(conversationId, true);
      return renameGroup(primitives, this.#actor(), state, { epoch, name, nowMs: clock.nowMs() });
    });
    await this.ready(conversationId, true).catch(asRefusal);
  }

  /** Opens an envelope of the group; what names an entry that is not here yet is tried again with the log as it is now. */
  async open(
    conversationId: ConversationId,
    envelope: Uint8Array,
    context: Pick<OpenContext, 'sender' | 'clock'>,
  ): Promise<Opened | Rejected> {
    const { epochs, log } = this.of(conversationId);
    const attempt = async (history: GroupHistory) =>
      openGroupEnvelope(this.#parts.primitives, envelope, {
        ...context,
        groupId: idFromHex(conversationId),
        newest: history.state,
        stateAtHead: async (head) => {
          const seq = seqOfHead(history, head);
          return seq === null ? null : stateAt(history, seq);
        },
        epochOf: (number) => epochs.open(number),
      });
    const known = await log.known();
    let result = known === null ? null : await attempt(known);
    if (result === null || (!result.ok && result.reason === 'head-unknown')) {
      result = await attempt(await log.refresh());
      // The log is whole, and a member's device has signed an entry that is not in it: two stories (6.8). Who is out has no whole log.
      const isWhole = (await log.known())?.state.members.has(this.#parts.selfId) === true;
      if (!result.ok && result.reason === 'head-unknown' && isWhole) await log.fork();
    }
    if (result.ok && result.header.kind === ENVELOPE_KINDS.group) await epochs.count(result.header.epoch);
    return result;
  }

  /** Own messages were stored: they are never opened here, and count for their epochs now. */
  async stored(conversationId: ConversationId, envelopes: readonly Uint8Array[]): Promise<void> {
    const epochs = envelopes.map((envelope) => readEnvelopeHeader(envelope).epoch).filter((epoch) => epoch > 0);
    for (const epoch of new Set(epochs))
      await this.of(conversationId).epochs.count(epoch, epochs.filter((other) => other === epoch).length);
  }

  /** Position in the log of the entry with this hash; null where it is not here. */
  async entryOf(conversationId: ConversationId, head: Bytes32): Promise<number | null> {
    const history = await this.of(conversationId).log.known();
    return history && seqOfHead(history, head);
  }

  /** Of so many parts of its messages the log says that they are not this account's. @throws Refusal where it cannot be asked for */
  async absences(conversationId: ConversationId, claimed: number): Promise<number> {
    const { log } = this.of(conversationId);
    const { selfId } = this.#parts;
    const known = await log.known();
    const absences = known === null ? 0 : absencesOf(known, selfId);
    return absences >= claimed ? absences : absencesOf(await log.refresh(), selfId);
  }

  async #noteInviter(conversationId: ConversationId, invitedBy: UserId | null): Promise<void> {
    let isNews = false as boolean;
    await this.#parts.store.update<ConversationRecord>('conversations', [conversationId], (record) => {
      isNews = record !== undefined && record.invitedBy !== invitedBy;
      return record !== undefined && isNews ? { ...record, invitedBy } : null;
    });
    if (isNews) this.#parts.entered(conversationId);
  }

  /** Whether the log has ever named this user. */
  async wasMember(conversationId: ConversationId, userId: UserId): Promise<boolean> {
    const { log } = this.of(conversationId);
    const history = (await log.known()) ?? (await log.refresh());
    return everybodyIn(history).has(userId);
  }

  /** Whether the newest log that is believed here names this user. @throws Refusal where it cannot be asked for */
  async isMember(conversationId: ConversationId, userId: UserId): Promise<boolean> {
    return (await this.of(conversationId).log.newest()).state.members.has(userId);
  }

  async #member({ entries }: GroupHistory, { role, sinceSeq, userId }: GroupMember) {
    const peer = await peerOf(this.#parts.directory, idToHex(userId) as UserId);
    return { peer, role, addedAtMs: entries[sinceSeq - 1]!.entry.timeMs };
  }

  async #addition(userId: UserId): Promise<GroupChange> {
    const entry = await this.#parts.directory.fresh(userId);
    if (entry.candidate !== null) throw new Refusal('peer-keys-changed');
    if (entry.accepted === null) throw new Refusal('peer-identity-refused');
    return { type: 'add', userId: idFromHex(userId), keys: memberKeys(entry.accepted.identity.current) };
  }

  async #change(conversationId: ConversationId, change: GroupChange): Promise<void> {
    const { clock, primitives } = this.#parts;
    await this.#write(conversationId, (state) => changeGroup(primitives, this.#actor(), state, change, clock.nowMs()));
    // Whoever changes a group makes the epoch that the change calls for; if that fails, whoever writes next does.
    if (change.type !== 'leave') await this.ready(conversationId, true).catch(asRefusal);
  }

  /** Writes the next entry on top of the newest log; where somebody was faster, on top of theirs, if it still makes sense there. */
  async #write(conversationId: ConversationId, write: (state: GroupState) => Promise<WrittenEntry>): Promise<void> {
    const { log } = this.of(conversationId);
    for (let round = 0; ; round++) {
      const { state } = await log.newest();
      if ((await log.record()).forked) throw new Refusal('group-forked');
      const written = await write(state).catch(asGroupRefusal);
      try {
        const entries = [written.bytes];
        await this.#parts.connection().command('group:append', { groupId: conversationId, entries });
        await log.refresh();
        return;
      } catch (error) {
        const refusal = asRefusal(error);
        if (refusal.code !== 'group-conflict' || round >= ROUNDS) throw refusal;
        log.distrust();
      }
    }
  }

  #actor(): GroupActor {
    const { account, deviceId } = this.#parts;
    return { account: account(), deviceId: idFromHex(deviceId) };
  }
}

function everybodyIn({ entries }: GroupHistory): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ entry: { actorUser, payload } }) => [
      idToHex(actorUser),
      ...(payload.type === 'add' ? [idToHex(payload.userId)] : []),
    ]),
  );
}

function checkName(name: string): void {
  if (name.length < 1 || name.length > GROUP_NAME_MAX_LENGTH || /\p{Cc}/u.test(name))
    throw new Refusal('group-refused');
}

function asGroupRefusal(error: unknown): never {
  if (error instanceof CryptoError) throw new Refusal('group-refused');
  throw error;
}
