import { type Bytes32, sameBytes } from './bytes.js';
import type { EpochWrap, GroupEpoch } from './group-epoch.js';
import { type GroupState, membersInOrder } from './group-rules.js';
import { idToHex } from './ids.js';

/** The newest epoch by number and hash; null while there is none. */
export type EpochMark = Pick<GroupEpoch, 'epoch'> & { readonly hash: Bytes32 };

export type EpochRefusal =
  | 'wrong-group'
  /** Not the next number, or after another epoch than the one that is here. */
  | 'out-of-order'
  /** For another head than the newest. */
  | 'stale'
  | 'not-a-member'
  /** Not one wrap for each member by rising user id, or for older keys than the log names, or not under the signed root. */
  | 'wrong-wraps';

/**
 * Whether an epoch may follow (PROTOCOL 6.4). `wraps` are all of them, as the server has them, with the root of the tree over them;
 * null where only the own one is here. Signatures are not looked at. null when nothing is wrong.
 */
export function refuseEpoch(
  state: GroupState,
  newest: EpochMark | null,
  epoch: GroupEpoch,
  wraps: { readonly wraps: readonly EpochWrap[]; readonly root: Bytes32 } | null,
): EpochRefusal | null {
  if (!sameBytes(epoch.groupId, state.groupId)) return 'wrong-group';
  if (epoch.epoch !== (newest?.epoch ?? 0) + 1) return 'out-of-order';
  if (newest !== null && !sameBytes(epoch.previousEpochHash, newest.hash)) return 'out-of-order';
  if (epoch.groupSeq !== state.seq || !sameBytes(epoch.groupHead, state.head)) return 'stale';
  if (!state.members.has(idToHex(epoch.committerUser))) return 'not-a-member';
  if (epoch.size !== state.members.size) return 'wrong-wraps';
  if (wraps === null) return null;
  const members = membersInOrder(state);
  const fitting =
    wraps.wraps.length === members.length &&
    sameBytes(wraps.root, epoch.wrapsRoot) &&
    wraps.wraps.every(({ userId, bundleVer }, index) => {
      const member = members[index]!;
      return sameBytes(userId, member.userId) && bundleVer >= member.bundleVer;
    });
  return fitting ? null : 'wrong-wraps';
}

/** Why a new epoch is due before anybody sends (PROTOCOL 6.5). */
export type RotationReason = 'no-epoch' | 'log-moved' | 'device-revoked' | 'keys-renewed' | 'too-old' | 'too-many';
export const EPOCH_MAX_AGE_MS = 7 * 86_400_000;
export const EPOCH_MAX_MESSAGES = 1_000;

export interface RotationFacts {
  /** The newest epoch; null while there is none. */
  readonly epoch: Pick<GroupEpoch, 'groupHead' | 'timeMs'> | null;
  /** Messages (kind 2) that this side has seen under it. */
  readonly messages: number;
  /** The newest revocation of any member's device; null for none. */
  readonly newestRevocationAtMs: number | null;
  /** Whether a member's encryption keys are newer than those that the epoch was wrapped for. */
  readonly keysRenewed: boolean;
  readonly nowMs: number;
}

/** The rule of PROTOCOL 6.5 as data: null when the epoch may still be used. The first reason that holds. */
export function needsRotation(state: Pick<GroupState, 'head'>, facts: RotationFacts): RotationReason | null {
  const { epoch, messages, newestRevocationAtMs, keysRenewed, nowMs } = facts;
  if (epoch === null) return 'no-epoch';
  const reasons: readonly (readonly [RotationReason, boolean])[] = [
    ['log-moved', !sameBytes(epoch.groupHead, state.head)],
    ['device-revoked', newestRevocationAtMs !== null && newestRevocationAtMs >= epoch.timeMs],
    ['keys-renewed', keysRenewed],
    ['too-old', nowMs - epoch.timeMs >= EPOCH_MAX_AGE_MS],
    ['too-many', messages >= EPOCH_MAX_MESSAGES],
  ];
  return reasons.find(([, holds]) => holds)?.[0] ?? null;
}
