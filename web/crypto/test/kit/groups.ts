import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { epochHashPreimage, readEpochWraps, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { growTree, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Inner } from '@secureconnect/crypto/envelope/inner';
import type { SenderState } from '@secureconnect/crypto/envelope/open';
import type { SealedEnvelope } from '@secureconnect/crypto/envelope/seal';
import {
  changeGroup,
  createGroup,
  type GroupActor,
  type GroupChange,
  memberKeys,
  renameGroup,
} from '@secureconnect/crypto/group/entries';
import { nameKeyOf } from '@secureconnect/crypto/group/group-name';
import type { OpenedEpoch } from '@secureconnect/crypto/group/epoch-keys';
import {
  type GroupOpenContext,
  openGroupEnvelope,
  sealGroupEnvelope,
} from '@secureconnect/crypto/group/group-envelope';
import { hashed } from '@secureconnect/crypto/group/hashing';
import { bundleToSealFor, type MadeEpoch, makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { type EpochOpening, openEpoch, type SealedEpoch } from '@secureconnect/crypto/group/open-epoch';
import {
  type BundleLookup,
  type GroupHistory,
  type Replay,
  replayGroup,
  seqOfHead,
  stateAt,
} from '@secureconnect/crypto/group/replay';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { NOW_MS, type Person, ZERO_HASH } from './people.js';

/** A directory that tells the truth about these people. */
export function directoryOf(people: readonly Person[]): BundleLookup {
  return (userId, bundleVer) => {
    const person = people.find((one) => idToHex(one.userId) === idToHex(userId));
    const bundle = person?.identity.bundles.get(bundleVer);
    return Promise.resolve(bundle === undefined ? null : { bundle, supersededAtMs: null });
  };
}

/** What the server stores of one group, and hands out as it is asked. */
export class StoredGroup {
  readonly entries: Bytes[] = [];
  readonly epochs: { readonly bytes: Bytes; readonly wraps: Bytes }[] = [];

  constructor(private readonly p: Primitives) {}

  /** The epoch, this user's wrap and its proof; null where there is none for the user. */
  async epochFor(epoch: number, userId: Bytes16): Promise<SealedEpoch | null> {
    const stored = this.epochs[epoch - 1];
    if (stored === undefined) return null;
    const wraps = readEpochWraps(stored.wraps);
    const index = wraps.findIndex((wrap) => idToHex(wrap.userId) === idToHex(userId));
    if (index < 0) return null;
    const tree = await hashed(this.p, growTree(wraps.map(({ bytes }) => bytes)));
    return { epoch: stored.bytes, wrap: wraps[index]!.bytes, proof: treePath(tree, index) };
  }
}

/** One member's client: believes what replays, opens what it is given. */
export class GroupMemberClient {
  history: GroupHistory | null = null;
  readonly epochs = new Map<number, OpenedEpoch>();
  private chain: { seq: number; hash: Bytes32 } = { seq: 0, hash: ZERO_HASH };

  constructor(
    readonly p: Primitives,
    readonly person: Person,
    readonly people: readonly Person[],
    readonly store: StoredGroup,
  ) {}

  get state(): GroupState {
    return this.history!.state;
  }
  get actor(): GroupActor {
    return { account: this.person.account, deviceId: this.person.device.deviceId };
  }
  get newestEpoch(): OpenedEpoch | null {
    return [...this.epochs.values()].toSorted((left, right) => right.epoch - left.epoch)[0] ?? null;
  }
  get lookUp(): BundleLookup {
    return directoryOf(this.people);
  }

  async create(name: string): Promise<void> {
    const bundle = this.person.identity.current;
    const made = await createGroup(this.p, this.actor, { bundle, name, nowMs: NOW_MS });
    this.store.entries.push(made.bytes);
    await this.sync();
    await this.rotate({ seq: 1, key: made.nameKey });
  }

  async change(change: GroupChange): Promise<void> {
    this.store.entries.push((await changeGroup(this.p, this.actor, this.state, change, NOW_MS)).bytes);
    await this.sync();
  }

  add(person: Person): Promise<void> {
    return this.change({ type: 'add', userId: person.userId, keys: memberKeys(person.identity.current) });
  }

  async rename(name: string): Promise<void> {
    const input = { epoch: this.newestEpoch!, name, nowMs: NOW_MS };
    this.store.entries.push((await renameGroup(this.p, this.actor, this.state, input)).bytes);
    await this.sync();
  }

  /** Key of the newest name, as a member finds it: derived where the entry came under an epoch of the own, or out of the newest epoch. */
  async nameKey(): Promise<OpenedEpoch['name']> {
    const { seq, epoch } = this.state.name;
    const under = this.epochs.get(epoch);
    const { groupId } = this.state;
    if (under !== undefined) return { seq, key: await nameKeyOf(this.p, under.key, { groupId, epoch, seq }) };
    return this.newestEpoch?.name ?? null;
  }

  async make(name?: OpenedEpoch['name']): Promise<MadeEpoch> {
    const members = [...this.state.members.values()];
    const bundles = members.map((member) => {
      const person = this.people.find((one) => idToHex(one.userId) === idToHex(member.userId))!;
      return bundleToSealFor(member, person.identity)!;
    });
    const last = this.store.epochs.at(-1)?.bytes;
    const newest =
      last === undefined
        ? null
        : { epoch: readGroupEpoch(last).epoch, hash: await this.p.sha256(epochHashPreimage(last)) };
    const input = { group: this.state, newest, bundles, name: name ?? (await this.nameKey()), nowMs: NOW_MS };
    return makeEpoch(this.p, this.actor, input);
  }

  async rotate(name?: OpenedEpoch['name']): Promise<OpenedEpoch> {
    const made = await this.make(name);
    this.store.epochs.push({ bytes: made.bytes, wraps: made.wraps });
    this.epochs.set(made.opened.epoch, made.opened);
    return made.opened;
  }

  /** Reads the log and every epoch that there is for this account. */
  async sync(): Promise<Replay> {
    const replay = await replayGroup(this.p, this.history, this.store.entries, this.lookUp);
    this.history = replay.history;
    if (this.history === null) return replay;
    for (let epoch = 1; epoch <= this.store.epochs.length; epoch++) {
      if (this.epochs.has(epoch)) continue;
      const sealed = await this.store.epochFor(epoch, this.person.userId);
      const opening = sealed === null ? null : await this.openEpoch(sealed);
      if (opening?.ok === true) this.epochs.set(epoch, opening.epoch);
    }
    return replay;
  }

  openEpoch(sealed: SealedEpoch): Promise<EpochOpening> {
    return openEpoch(this.p, sealed, { history: this.history!, reader: this.person.account, lookUp: this.lookUp });
  }

  async send(inner: Inner, change: { group?: GroupState; epoch?: OpenedEpoch } = {}): Promise<SealedEnvelope> {
    const chained = inner.t !== 'typing' && inner.t !== 'receipt';
    const { device, userId } = this.person;
    const sealed = await sealGroupEnvelope(this.p, {
      sender: { userId, deviceId: device.deviceId, signer: device.signer, bundleVer: 1 },
      group: change.group ?? this.state,
      epoch: change.epoch ?? this.newestEpoch!,
      messageId: this.p.randomBytes(16) as Bytes16,
      senderSeq: chained ? this.chain.seq + 1 : 1,
      previousHash: chained ? this.chain.hash : ZERO_HASH,
      sentAtMs: NOW_MS,
      inner,
    });
    if (chained) this.chain = { seq: this.chain.seq + 1, hash: sealed.hash };
    return sealed;
  }

  text(body: string): Promise<SealedEnvelope> {
    return this.send({ t: 'text', body });
  }

  context(change: Partial<GroupOpenContext> & { readonly state?: Partial<SenderState> } = {}): GroupOpenContext {
    const { state, ...context } = change;
    const history = this.history!;
    return {
      groupId: history.state.groupId,
      newest: history.state,
      stateAtHead: (head) => {
        const seq = seqOfHead(history, head);
        return Promise.resolve(seq === null ? null : stateAt(history, seq));
      },
      epochOf: (epoch) => Promise.resolve(this.epochs.get(epoch) ?? null),
      sender: (header: EnvelopeHeader) => {
        const from = this.people.find((one) => idToHex(one.userId) === idToHex(header.senderUser));
        const known = { revokedAtMs: null, pin: 'accepted' } as const;
        return Promise.resolve(from === undefined ? null : { device: from.verifiedDevice, ...known, ...state });
      },
      clock: () => NOW_MS,
      ...context,
    };
  }

  open(bytes: Uint8Array, change: Parameters<GroupMemberClient['context']>[0] = {}) {
    return openGroupEnvelope(this.p, bytes, this.context(change));
  }

  /** Why the bytes are refused here. */
  async refusal(bytes: Uint8Array, change: Parameters<GroupMemberClient['context']>[0] = {}): Promise<string> {
    const outcome = await this.open(bytes, change);
    return outcome.ok ? 'was not refused' : outcome.reason;
  }
}

/** Clients of these people over one store. */
export function clientsOf(p: Primitives, people: readonly Person[]) {
  const store = new StoredGroup(p);
  return { store, clients: people.map((person) => new GroupMemberClient(p, person, people, store)) };
}

/** The wraps end to end, with another one at this place. */
export function withWrap(wraps: Uint8Array, index: number, wrap: Uint8Array): Bytes {
  return concatBytes(wraps.subarray(0, index * 1_412), wrap, wraps.subarray((index + 1) * 1_412));
}
