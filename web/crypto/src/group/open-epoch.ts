import { type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { EpochMark } from '@secureconnect/contracts/signed/epoch-rules';
import {
  epochHashPreimage,
  epochPreimage,
  type EpochWrap,
  type GroupEpoch,
  readEpochWrap,
  readGroupEpoch,
} from '@secureconnect/contracts/signed/group-epoch';
import { type GroupState, membersInOrder } from '@secureconnect/contracts/signed/group-rules';
import { leadsToRoot } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { equalBytes } from '../encoding/equal.js';
import { unwrapContentKey } from '../envelope/key-wrap.js';
import type { Account } from '../identity/keys.js';
import { verifyAsAccount } from '../identity/signatures.js';
import type { Primitives } from '../primitives/primitives.js';
import {
  epochCode,
  epochCommitment,
  type EpochKey,
  epochWrapContext,
  openEpochInfo,
  type OpenedEpoch,
} from './epoch-keys.js';
import { hashed } from './hashing.js';
import { type BundleLookup, type GroupHistory, memberBundle, stateAt } from './replay.js';

/** What the server gives of an epoch. */
export interface SealedEpoch {
  readonly epoch: Uint8Array;
  /** The own wrap, 1,412 bytes. */
  readonly wrap: Uint8Array;
  /** Hashes from the leaf's neighbour up. Its place is not asked from the server: it follows from the log. */
  readonly proof: readonly Uint8Array[];
}

export interface OpenEpochContext {
  readonly history: GroupHistory;
  readonly reader: Account;
  readonly lookUp: BundleLookup;
  /** An epoch that is known here: its neighbour must follow it or lead to it, and the same number must be the same [T-72]. */
  readonly known?: EpochMark | null;
}

export type EpochRefusal =
  | 'malformed'
  | 'wrong-group'
  /** It names an entry that the log here does not have: fetch the log; if it is whole, a fork. */
  | 'head-unknown'
  /** Another epoch under a number that is known, or one that does not follow the known one. */
  | 'forked'
  /** Reader or committer was no member at that entry. */
  | 'not-a-member'
  | 'actor-unknown'
  | 'actor-superseded'
  | 'signature'
  /** The wrap is not the own leaf under the signed root. */
  | 'wrong-proof'
  | 'key-missing'
  | 'undecryptable'
  | 'commitment';

export type EpochOpening =
  { readonly ok: true; readonly epoch: OpenedEpoch } | { readonly ok: false; readonly refusal: EpochRefusal };

/** Whether an epoch can be true beside one that is known. Epochs further apart say nothing about each other. */
function contradicts(epoch: GroupEpoch, hash: Bytes32, known: EpochMark | null | undefined): boolean {
  if (known === null || known === undefined) return false;
  if (epoch.epoch === known.epoch) return !sameBytes(hash, known.hash);
  return epoch.epoch === known.epoch + 1 && !sameBytes(epoch.previousEpochHash, known.hash);
}

/** The log at the epoch's entry, if both agree on it. */
function groupAt(history: GroupHistory, epoch: GroupEpoch): GroupState | 'wrong-group' | 'head-unknown' {
  if (!sameBytes(epoch.groupId, history.state.groupId)) return 'wrong-group';
  const state = stateAt(history, epoch.groupSeq);
  return state !== null && sameBytes(state.head, epoch.groupHead) ? state : 'head-unknown';
}

async function refuseUnsigned(
  p: Primitives,
  epoch: GroupEpoch,
  group: GroupState,
  lookUp: BundleLookup,
): Promise<EpochRefusal | null> {
  const committer = group.members.get(idToHex(epoch.committerUser));
  if (committer === undefined) return 'not-a-member';
  const bundle = await memberBundle(committer.userId, committer, epoch.timeMs, lookUp);
  if (typeof bundle === 'string') return bundle;
  const verified = await verifyAsAccount(p, bundle.verifier, epoch.signatures, epochPreimage(epoch.signed));
  return verified ? null : 'signature';
}

async function isOwnLeaf(
  p: Primitives,
  epoch: GroupEpoch,
  group: GroupState,
  wrap: EpochWrap,
  context: Pick<OpenEpochContext, 'reader'> & Pick<SealedEpoch, 'proof'>,
): Promise<boolean> {
  const { userId } = context.reader;
  const index = membersInOrder(group).findIndex((member) => sameBytes(member.userId, userId));
  const size = group.members.size;
  if (!sameBytes(wrap.userId, userId) || epoch.size !== size) return false;
  const path = context.proof.map((hash) => hash as Bytes32);
  if (path.some(({ length }) => length !== 32)) return false;
  return hashed(p, leadsToRoot(wrap.bytes, { index, size, path, root: epoch.wrapsRoot }));
}

async function openSecret(
  p: Primitives,
  epoch: GroupEpoch,
  wrap: EpochWrap,
  reader: Account,
): Promise<{ readonly key: EpochKey; readonly name: OpenedEpoch['name'] } | EpochRefusal> {
  const keys = reader.encryption.get(wrap.bundleVer);
  if (keys === undefined) return 'key-missing';
  try {
    const secret = await unwrapContentKey(p, await epochWrapContext(p, epoch), wrap, keys);
    const key = (await p.importHkdf(secret)) as EpochKey;
    secret.fill(0);
    if (!equalBytes(await epochCommitment(p, key), epoch.commitment)) return 'commitment';
    return { key, name: await openEpochInfo(p, key, epoch, epoch.sealedInfo) };
  } catch {
    return 'undecryptable';
  }
}

/**
 * Opens an epoch or says why not (PROTOCOL 6.4): form, its entry in the believed log, the committer's membership and signatures, the own wrap
 * under the signed root, the secret and its commitment. Throws only what `lookUp` throws.
 */
export async function openEpoch(p: Primitives, sealed: SealedEpoch, context: OpenEpochContext): Promise<EpochOpening> {
  const { history, reader, lookUp } = context;
  const refused = (refusal: EpochRefusal) => ({ ok: false, refusal }) as const;
  let epoch: GroupEpoch;
  let wrap: EpochWrap;
  try {
    epoch = readGroupEpoch(sealed.epoch);
    wrap = readEpochWrap(sealed.wrap);
  } catch {
    return refused('malformed');
  }
  const hash = await p.sha256(epochHashPreimage(epoch.bytes));
  const group = groupAt(history, epoch);
  if (typeof group === 'string') return refused(group);
  if (!group.members.has(idToHex(reader.userId))) return refused('not-a-member');
  const unsigned = await refuseUnsigned(p, epoch, group, lookUp);
  if (unsigned !== null) return refused(unsigned);
  if (contradicts(epoch, hash, context.known)) return refused('forked');
  if (!(await isOwnLeaf(p, epoch, group, wrap, { reader, proof: sealed.proof }))) return refused('wrong-proof');
  const secret = await openSecret(p, epoch, wrap, reader);
  if (typeof secret === 'string') return refused(secret);
  const { groupId, groupSeq, groupHead, committerUser, timeMs } = epoch;
  const code = await epochCode(p, hash);
  return {
    ok: true,
    epoch: { groupId, epoch: epoch.epoch, hash, groupSeq, groupHead, committerUser, timeMs, code, ...secret },
  };
}
