import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { needsRotation, type EpochMark } from '@secureconnect/contracts/signed/epoch-rules';
import { epochHashPreimage, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { membersInOrder, type GroupState } from '@secureconnect/contracts/signed/group-rules';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import type { OpenedEpoch } from '@secureconnect/crypto/group/epoch-keys';
import { nameKeyOf, openGroupName, type NameKey } from '@secureconnect/crypto/group/group-name';
import { bundleToSealFor, makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { membersWithOtherKeys } from '@secureconnect/crypto/group/member-trust';
import { openEpoch, type SealedEpoch } from '@secureconnect/crypto/group/open-epoch';
import { stateAt, type GroupHistory } from '@secureconnect/crypto/group/replay';
import type { VerifiedBundle } from '@secureconnect/crypto/identity/bundle';
import type { Account } from '@secureconnect/crypto/identity/keys';
import type { Pin } from '@secureconnect/crypto/identity/pin';
import type { Clock } from '../deps.js';
import { asRefusal, Refusal } from '../refusal.js';
import type { GroupLog, GroupLogParts } from './group-log.js';
import type { EpochRow, GroupRecord } from './group-records.js';

/** Others may rotate at the same time; somebody wins every round. */
const ROUNDS = 6;
/** Answers that are remembered as refused. */
const REFUSED_MAX = 100;

export interface GroupEpochParts extends GroupLogParts {
  readonly account: () => Account;
  readonly deviceId: DeviceId;
  readonly clock: Clock;
  readonly pinOf: (userId: UserId) => Pin | null;
}

/** What something is sealed under. */
export interface ReadyGroup {
  readonly group: GroupState;
  readonly epoch: OpenedEpoch;
}

/** The epochs of one group that this account can open, and the next one when it is due (PROTOCOL 6.4, 6.5). */
export class GroupEpochs {
  readonly #parts: GroupEpochParts;
  readonly #log: GroupLog;
  readonly #opened = new Map<number, OpenedEpoch>();
  readonly #used = new Map<number, number>();
  /** Answers that have been an alarm: number and hash. */
  readonly #refused = new Set<string>();

  constructor(parts: GroupEpochParts, log: GroupLog) {
    this.#parts = parts;
    this.#log = log;
  }

  /** The epoch with this number; null where none was made for this account. @throws Refusal where the server does not answer */
  async open(number: number): Promise<OpenedEpoch | null> {
    const opened = this.#opened.get(number);
    if (opened !== undefined) return opened;
    const history = (await this.#log.known()) ?? (await this.#log.refresh());
    const row = await this.#parts.store.get<EpochRow>('groups', [this.#log.conversationId, 'epoch', number]);
    const sealed = row ? sealedOf(row.value) : await this.#fetch(number);
    if (sealed === null) return null;
    const epoch = await this.#read(sealed, history, number);
    if (epoch === null) return null;
    this.#opened.set(number, epoch);
    this.#used.set(number, row?.value.used ?? 0);
    if (row === undefined) await this.#keep(sealed, number);
    await this.#learn(epoch, history.state);
    return epoch;
  }

  /** The newest epoch that is known here, without asking; null for none. */
  async known(): Promise<OpenedEpoch | null> {
    const { newestEpoch } = await this.#log.record();
    return newestEpoch === 0 ? null : this.open(newestEpoch);
  }

  /** The name that an entry of the log gave; null where it gave none, or where its key is not here. */
  async nameAt(seq: number): Promise<string | null> {
    const history = await this.#log.known();
    const state = history && stateAt(history, seq);
    if (state?.name.seq !== seq) return null;
    // The first name's key is in the first epochs, and in no other place once there is a second name.
    const first = state.name.epoch === 0 ? await this.#keptName(1) : null;
    const name = first?.seq === seq ? first : await this.#nameOf(state).catch(asNull);
    return name && openGroupName(this.#parts.primitives, state, name.key);
  }

  /** The name that an epoch carries; null unless the epoch is kept here. */
  async #keptName(number: number): Promise<OpenedEpoch['name']> {
    const row = await this.#parts.store.get<EpochRow>('groups', [this.#log.conversationId, 'epoch', number]);
    return row === undefined ? null : ((await this.open(number))?.name ?? null);
  }

  /** Messages under the epoch were opened, or sealed here and stored. */
  async count(number: number, messages = 1): Promise<void> {
    const used = (this.#used.get(number) ?? 0) + messages;
    this.#used.set(number, used);
    await this.#parts.store.update<EpochRow>('groups', [this.#log.conversationId, 'epoch', number], (row) =>
      row === undefined || row.used >= used ? null : { ...row, used },
    );
  }

  /**
   * An epoch of the newest head, made now if one is due and `mayRotate`.
   * @throws Refusal `epoch-stale` where one is due and may not be made; `group-forked`; `not-a-member`; `peer-keys-changed` where a person has to look
   *   at a member's keys first
   */
  async ready(mayRotate: boolean): Promise<ReadyGroup> {
    for (let round = 0; round < ROUNDS; round++) {
      const { state } = await this.#log.newest();
      if ((await this.#log.record()).forked) throw new Refusal('group-forked');
      if (!(await this.#isMember(state))) throw new Refusal('not-a-member');
      const epoch = this.#log.lastEpoch === 0 ? null : await this.open(this.#log.lastEpoch);
      const bundles = await this.#bundles(state);
      if (epoch !== null && (await this.#isFit(state, epoch, bundles))) return { group: state, epoch };
      if (!mayRotate) throw new Refusal('epoch-stale');
      await this.#rotate(state, epoch, bundles);
    }
    throw new Refusal('group-conflict');
  }

  /** Who started fresh is in the log with keys that are no more, and comes back when somebody adds the new ones (PROTOCOL 6.3). */
  async #isMember({ members }: GroupState): Promise<boolean> {
    const { directory, selfId } = this.#parts;
    const own = members.get(selfId);
    if (own === undefined) return false;
    const { accepted } = await directory.entry(selfId);
    return accepted !== null && sameBytes(accepted.identity.pin, own.pin);
  }

  async #isFit(state: GroupState, epoch: OpenedEpoch, bundles: readonly VerifiedBundle[]): Promise<boolean> {
    const { clock, directory } = this.#parts;
    const revocations: number[] = [];
    for (const userId of state.members.keys()) {
      const entry = await directory.entry(userId as UserId);
      revocations.push(entry.accepted?.newestRevocationAtMs ?? 0);
    }
    const newestRevocationAtMs = Math.max(...revocations);
    const reason = needsRotation(state, {
      epoch,
      messages: this.#used.get(epoch.epoch) ?? 0,
      newestRevocationAtMs: newestRevocationAtMs === 0 ? null : newestRevocationAtMs,
      keysRenewed: bundles.some(({ bundle }) => bundle.bundleVer > 1 && bundle.notBeforeMs >= epoch.timeMs),
      nowMs: clock.nowMs(),
    });
    return reason === null;
  }

  /** What to seal for, of each member. @throws Refusal `peer-keys-changed`, `peer-identity-refused` */
  async #bundles(state: GroupState): Promise<VerifiedBundle[]> {
    const { directory, pinOf, selfId } = this.#parts;
    const bundles: VerifiedBundle[] = [];
    for (const member of membersInOrder(state)) {
      const userId = idToHex(member.userId) as UserId;
      const entry = userId === selfId ? await directory.entry(userId) : await directory.fresh(userId);
      if (entry.candidate !== null) throw new Refusal('peer-keys-changed');
      if (entry.accepted === null) throw new Refusal('peer-identity-refused');
      const bundle = bundleToSealFor(member, entry.accepted.identity);
      if (bundle === null) throw new Refusal('peer-keys-changed');
      bundles.push(bundle);
    }
    const others = membersWithOtherKeys(state, (user) => pinOf(idToHex(user) as UserId));
    if (others.some(({ userId }) => idToHex(userId) !== selfId)) throw new Refusal('peer-keys-changed');
    return bundles;
  }

  async #rotate(group: GroupState, newest: OpenedEpoch | null, bundles: readonly VerifiedBundle[]): Promise<void> {
    const { account, clock, connection, deviceId, primitives } = this.#parts;
    // Who has come after the newest epoch cannot open it, and its hash is what the next one follows.
    if (newest === null && this.#log.lastEpoch > 0) throw new Refusal('epoch-stale');
    const name = await this.#nameOf(group);
    const actor = { account: account(), deviceId: idFromHex(deviceId) };
    const made = await makeEpoch(primitives, actor, { group, newest, bundles, name, nowMs: clock.nowMs() });
    try {
      const { conversationId: groupId } = this.#log;
      await connection().command('group:rotate', { groupId, epoch: made.bytes, wraps: made.wraps });
    } catch (error) {
      const { code } = asRefusal(error);
      if (code !== 'group-conflict' && code !== 'epoch-stale') throw error;
    }
    this.#log.distrust();
  }

  async #fetch(epoch: number): Promise<SealedEpoch | null> {
    try {
      return await this.#parts.connection().command('group:epoch', { groupId: this.#log.conversationId, epoch });
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === 'not-a-member' || refusal.code === 'group-refused') return null;
      throw refusal;
    }
  }

  /** Opens it or says that the server tells two stories. @throws Refusal `group-forked`, `server-answer-refused` */
  async #read(sealed: SealedEpoch, history: GroupHistory, number: number): Promise<OpenedEpoch | null> {
    const { account, marks, primitives, selfId } = this.#parts;
    const known = await this.#markOf(number - 1);
    const context = { reader: account(), lookUp: this.#log.lookUp, known };
    let opening = await openEpoch(primitives, sealed, { ...context, history });
    if (!opening.ok && opening.refusal === 'head-unknown') {
      opening = await openEpoch(primitives, sealed, { ...context, history: await this.#log.refresh() });
    }
    const { conversationId } = this.#log;
    const mark = marks.of(conversationId);
    const isRemembered = mark?.epoch !== number || (opening.ok && sameBytes(mark.epochHash, opening.epoch.hash));
    if (opening.ok && opening.epoch.epoch === number && isRemembered) return opening.epoch;
    // A member has made it for keys from before this account started fresh: its messages stay closed, and nobody has lied.
    if (!opening.ok && opening.refusal === 'key-missing') return null;
    // Who is out has no whole log: an entry that is not in it says nothing.
    const isWhole = (await this.#log.known())?.state.members.has(selfId) === true;
    if (opening.ok ? !isRemembered : opening.refusal === 'forked' || (opening.refusal === 'head-unknown' && isWhole)) {
      await this.#log.fork();
      throw new Refusal('group-forked');
    }
    await this.#distrustOnce(number, sealed);
    return null;
  }

  /** The same answer is an alarm once, however often the server gives it and however often it is asked for. */
  async #distrustOnce(number: number, { epoch }: SealedEpoch): Promise<void> {
    const { events, primitives } = this.#parts;
    const answer = `${number} ${toBase64Url(await primitives.sha256(Uint8Array.from(epoch)))}`;
    if (this.#refused.has(answer)) return;
    if (this.#refused.size >= REFUSED_MAX) this.#refused.clear();
    this.#refused.add(answer);
    events.alarm('server-answer-refused', { conversationId: this.#log.conversationId });
  }

  /** What is kept of an epoch that was found good, before a reload too: the next one has to follow it. */
  async #markOf(number: number): Promise<EpochMark | null> {
    const opened = this.#opened.get(number);
    if (opened !== undefined) return opened;
    const row = await this.#parts.store.get<EpochRow>('groups', [this.#log.conversationId, 'epoch', number]);
    if (row === undefined) return null;
    const { bytes, epoch } = readGroupEpoch(fromBase64Url(row.value.epoch));
    return { epoch, hash: await this.#parts.primitives.sha256(epochHashPreimage(bytes)) };
  }

  async #keep(sealed: SealedEpoch, number: number): Promise<void> {
    const value: EpochRow = {
      epoch: toBase64Url(sealed.epoch),
      wrap: toBase64Url(sealed.wrap),
      proof: sealed.proof.map((hash) => toBase64Url(hash)),
      used: 0,
    };
    const key = [this.#log.conversationId, 'epoch', number];
    await this.#parts.store.commit({ put: [{ table: 'groups', key, value }] });
  }

  /** The key of the newest name (PROTOCOL 6.6): out of the epoch that its entry names, or as another epoch handed it on; null where it is not known. */
  async #nameOf({ groupId, name: { epoch, seq } }: GroupState): Promise<OpenedEpoch['name']> {
    const { nameKey } = await this.#log.record();
    if (nameKey?.seq === seq) return { seq, key: fromBase64Url(nameKey.key) as NameKey };
    const renamedUnder = epoch === 0 ? null : await this.open(epoch);
    if (renamedUnder === null) return null;
    return { seq, key: await nameKeyOf(this.#parts.primitives, renamedUnder.key, { groupId, epoch, seq }) };
  }

  /** What the newest epoch tells besides its secret: the key of the name. */
  async #learn({ epoch, name }: OpenedEpoch, state: GroupState): Promise<void> {
    const { primitives } = this.#parts;
    const before = await this.#log.record();
    if (epoch < before.newestEpoch) return;
    let nameKey: GroupRecord['nameKey'] = name && { seq: name.seq, key: toBase64Url(name.key) };
    if (nameKey === null || (before.nameKey !== null && before.nameKey.seq > nameKey.seq)) nameKey = before.nameKey;
    await this.#log.update((record) => ({ ...record, nameKey }));
    const current = await this.#nameOf(state);
    const opened = current && (await openGroupName(primitives, state, current.key));
    await this.#log.update((record) => ({
      ...record,
      newestEpoch: Math.max(record.newestEpoch, epoch),
      nameKey: current && { seq: current.seq, key: toBase64Url(current.key) },
      name: opened ?? record.name,
    }));
    this.#parts.changed(this.#log.conversationId);
  }
}

function sealedOf({ epoch, proof, wrap }: EpochRow): SealedEpoch {
  return { epoch: fromBase64Url(epoch), wrap: fromBase64Url(wrap), proof: proof.map((hash) => fromBase64Url(hash)) };
}

function asNull(error: unknown): null {
  asRefusal(error);
  return null;
}
