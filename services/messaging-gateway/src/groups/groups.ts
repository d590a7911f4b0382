import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import { SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { refuseEpoch } from '@secureconnect/contracts/signed/epoch-rules';
import { groupEntryPreimage, type GroupEntry, type MemberKeys } from '@secureconnect/contracts/signed/group-entry';
import {
  epochHashPreimage,
  epochPreimage,
  readEpochWraps,
  readGroupEpoch,
  type EpochWrap,
  type GroupEpoch,
} from '@secureconnect/contracts/signed/group-epoch';
import { foldGroup, type GroupState, type HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { growTree, hashedWith, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Sender } from '../mailbox/admission.js';
import type { GroupStore } from '../store/group-store.js';
import type { GroupWrites } from '../store/group-writes.js';
import { verifyAccountSignatures } from './account-signatures.js';
import { areKeys, sha256, type Bundles } from './bundles.js';
import {
  additions,
  EPOCH_REFUSALS,
  GROUP_REFUSALS,
  hasRoom,
  isOfNow,
  readEntries,
  refusePlace,
  sameEntries,
  touchedUsers,
} from './log-rules.js';

export interface Refused {
  readonly refused: ProblemCode;
}
/** `touched`: users whom the entries took in or out. `isNew`: false for a repetition. */
export interface Appended {
  readonly lastSeq: number;
  readonly touched: readonly string[];
  readonly isNew: boolean;
}

type Entries = readonly [HashedEntry, ...HashedEntry[]];

/** How often a change is checked anew when the group moved under it. */
const TRIES_MAX = 3;

/**
 * Keeps groups: takes entries and epochs that their members signed, after checking what every client checks too (PROTOCOL 6). The
 * server holds the rules for those who follow them; it could not write an entry itself, for it has nobody's keys.
 */
export class Groups {
  constructor(
    private readonly store: GroupStore,
    private readonly writes: GroupWrites,
    private readonly bundles: Bundles,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Appends entries: all or none. @throws PeerUnavailable while auth cannot say whose keys they are */
  async append(groupId: ConversationId, sent: readonly Uint8Array[], caller: Sender): Promise<Appended | Refused> {
    const entries = readEntries(sent, groupId, caller, this.nowMs(), sha256);
    if (entries === null || !hasRoom(entries)) return { refused: 'group-refused' };
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const before = this.store.group(groupId)?.state ?? null;
      const first = entries[0].entry.seq;
      if (before !== null && first <= before.seq) return this.#repeated(groupId, entries, sent);
      const misplaced = refusePlace(before, entries);
      if (misplaced !== null) {
        // Whoever is no member learns from no answer how far a group is.
        const isMember = before?.members.has(caller.userId) === true;
        return { refused: isMember ? misplaced : 'group-refused' };
      }
      const fold = before === null ? foldGroup(null, entries) : foldGroup(before, entries);
      if (!fold.ok) return { refused: GROUP_REFUSALS[fold.refusal] };
      const fault = await this.#refuseSignatures(before, entries, caller.userId);
      if (fault !== null) return { refused: fault };
      const written = await this.writes.append({ groupId, before, entries, after: fold.state }, this.nowMs());
      if (written === 'written') return { lastSeq: fold.state.seq, touched: touchedUsers(entries), isNew: true };
    }
    return { refused: 'group-conflict' };
  }

  /** Takes the next epoch, once. @throws PeerUnavailable while auth cannot say whose keys signed it */
  async rotate(
    groupId: ConversationId,
    sent: { readonly epoch: Uint8Array; readonly wraps: Uint8Array },
    caller: Sender,
  ): Promise<{ readonly isNew: boolean } | Refused> {
    const epoch = readAs(() => readGroupEpoch(sent.epoch));
    const wraps = readAs(() => readEpochWraps(sent.wraps));
    if (epoch === null || wraps === null || !isOwn(epoch, groupId, caller)) return { refused: 'group-refused' };
    if (this.store.epochBytes(groupId, epoch.epoch)?.equals(epoch.bytes) === true) return { isNew: false };
    if (!isOfNow(epoch.timeMs, this.nowMs())) return { refused: 'group-refused' };
    const tree = hashedWith(growTree(wraps.map(({ bytes }) => bytes)), sha256);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const group = this.store.group(groupId);
      const member = group?.state.members.get(caller.userId);
      if (group === null || member === undefined) return { refused: 'group-refused' };
      const refusal = refuseEpoch(group.state, group.epoch, epoch, { wraps, root: tree.root });
      if (refusal !== null) return { refused: EPOCH_REFUSALS[refusal] };
      if (!(await this.#isSigned(epoch, epochPreimage(epoch.signed), member, caller.userId)))
        return { refused: 'group-refused' };
      const written = await this.writes.rotate(
        {
          groupId,
          state: group.state,
          epoch,
          hash: sha256(epochHashPreimage(epoch.bytes)),
          wraps: wraps.map((wrap: EpochWrap, leaf) => ({ wrap, path: treePath(tree, leaf) })),
        },
        this.nowMs(),
      );
      if (written === 'written') return { isNew: true };
    }
    return { refused: 'group-conflict' };
  }

  /** The same bytes again: the same answer. Other bytes in their place: somebody was faster. */
  #repeated(groupId: ConversationId, entries: Entries, sent: readonly Uint8Array[]): Appended | Refused {
    const stored = this.store.entries(groupId, entries[0].entry.seq - 1, entries.length);
    if (!sameEntries(stored, sent)) {
      const isMember = this.store.roster(groupId)?.members.includes(idToHex(entries[0].entry.actorUser) as UserId);
      return { refused: isMember === true ? 'group-conflict' : 'group-refused' };
    }
    return { lastSeq: entries.at(-1)!.entry.seq, touched: touchedUsers(entries), isNew: false };
  }

  /** Whether the caller signed each entry, and whether those who are added have the keys that it says. */
  async #refuseSignatures(before: GroupState | null, entries: Entries, caller: UserId): Promise<ProblemCode | null> {
    const actor = actorKeys(before, entries[0].entry, caller);
    const added = additions(entries);
    const [own, ...theirs] = await this.bundles.named([
      { userId: caller, bundleVer: actor.bundleVer },
      ...added.map(({ userId, keys }) => ({ userId: idToHex(userId) as UserId, bundleVer: keys.bundleVer })),
    ]);
    if (own === undefined || !areKeys(own, actor)) return 'group-refused';
    if (theirs.some((keys, index) => !areKeys(keys, added[index]!.keys))) return 'group-refused';
    const signed = await Promise.all(
      entries.map(({ entry }) => verifyAccountSignatures(own, groupEntryPreimage(entry.signed), entry.signatures)),
    );
    return signed.every(Boolean) ? null : 'group-refused';
  }

  async #isSigned(
    { signatures }: GroupEpoch,
    preimage: ReturnType<typeof epochPreimage>,
    member: MemberKeys,
    userId: UserId,
  ): Promise<boolean> {
    const [keys] = await this.bundles.named([{ userId, bundleVer: member.bundleVer }]);
    return areKeys(keys ?? null, member) && verifyAccountSignatures(keys!, preimage, signatures);
  }
}

/** The keys that the log names for who acts: they stand in its state, or in the `create` that begins it. */
function actorKeys(before: GroupState | null, first: GroupEntry, caller: UserId): MemberKeys {
  const keys = first.payload.type === 'create' ? first.payload.creator : before?.members.get(caller);
  if (keys === undefined) throw new Error('entries of a stranger were folded');
  return keys;
}

function isOwn(epoch: GroupEpoch, groupId: string, caller: Sender): boolean {
  return (
    idToHex(epoch.groupId) === groupId &&
    idToHex(epoch.committerUser) === caller.userId &&
    idToHex(epoch.committerDevice) === caller.deviceId
  );
}

function readAs<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SignedFormatError) return null;
    throw error;
  }
}
