import { type Bytes, type Bytes32, concatBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { EpochMark } from '@secureconnect/contracts/signed/epoch-rules';
import { epochHashPreimage, epochPreimage, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { type GroupMember, type GroupState, membersInOrder } from '@secureconnect/contracts/signed/group-rules';
import { growTree } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { wrapContentKey } from '../envelope/key-wrap.js';
import type { VerifiedBundle } from '../identity/bundle.js';
import type { VerifiedIdentity } from '../identity/directory.js';
import { signAsAccount } from '../identity/signatures.js';
import type { Primitives } from '../primitives/primitives.js';
import type { GroupActor } from './entries.js';
import {
  epochCode,
  epochCommitment,
  type EpochKey,
  epochWrapContext,
  type OpenedEpoch,
  sealEpochInfo,
} from './epoch-keys.js';
import { hashed } from './hashing.js';

/** The bundle to seal for: the member's newest one of the keys that the log names; null when those keys are no more (PROTOCOL 6.4). */
export function bundleToSealFor(member: GroupMember, identity: VerifiedIdentity): VerifiedBundle | null {
  const fitting = [...identity.bundles.values()].filter(
    ({ bundle, pin }) => bundle.bundleVer >= member.bundleVer && sameBytes(pin, member.pin),
  );
  return fitting.at(-1) ?? null;
}

export interface EpochInput {
  readonly group: GroupState;
  /** The newest epoch; null while there is none. */
  readonly newest: EpochMark | null;
  /** For every member, in any order: `bundleToSealFor`. */
  readonly bundles: readonly VerifiedBundle[];
  /** Name key and its entry, out of the epoch before, `createGroup` or `nameKeyOf`; null where it is not known. */
  readonly name: OpenedEpoch['name'];
  readonly nowMs: number;
}

export interface MadeEpoch {
  /** 3,647 bytes, to be sent with the wraps. */
  readonly bytes: Bytes;
  /** One for each member by rising user id, end to end: 1,412 bytes each. */
  readonly wraps: Bytes;
  /** Ready to seal under, once the server has taken the epoch. */
  readonly opened: OpenedEpoch;
}

/** The bundles by rising user id. @throws CryptoError `group-refused` unless there is one of the log's keys for each member */
function recipientsOf({ group, bundles }: EpochInput) {
  const byUser = new Map(bundles.map((verified) => [idToHex(verified.bundle.userId), verified]));
  if (byUser.size !== group.members.size) throw new CryptoError('group-refused');
  return membersInOrder(group).map((member) => {
    const verified = byUser.get(idToHex(member.userId));
    const fits =
      verified !== undefined && sameBytes(verified.pin, member.pin) && verified.bundle.bundleVer >= member.bundleVer;
    if (!fits) throw new CryptoError('group-refused');
    return verified.recipient;
  });
}

/**
 * The next epoch (PROTOCOL 6.4): a fresh secret, wrapped for every member of the newest head, and never made from the one before. Who was
 * removed has no wrap, and nothing to compute it from. Of two members who rotate at once, one is taken; the other opens that one.
 * @throws CryptoError `group-refused` when the actor is no member, or a member's bundle is missing or of other keys than the log's
 */
export async function makeEpoch(p: Primitives, actor: GroupActor, input: EpochInput): Promise<MadeEpoch> {
  const { group, newest, name, nowMs } = input;
  const { account, deviceId } = actor;
  if (!group.members.has(idToHex(account.userId))) throw new CryptoError('group-refused');
  const recipients = recipientsOf(input);
  const place = {
    groupId: group.groupId,
    epoch: (newest?.epoch ?? 0) + 1,
    previousEpochHash: newest?.hash ?? (new Uint8Array(32) as Bytes32),
    groupHead: group.head,
    committerUser: account.userId,
  };
  const secret = p.randomBytes(32) as Bytes32;
  const key = (await p.importHkdf(secret)) as EpochKey;
  const context = await epochWrapContext(p, place);
  const wraps = await Promise.all(recipients.map((recipient) => wrapContentKey(p, context, recipient, secret)));
  secret.fill(0);
  const { root } = await hashed(p, growTree(wraps));
  const signed = new ByteWriter()
    .magic('SCK1')
    .raw(place.groupId)
    .u64(place.epoch)
    .raw(place.previousEpochHash)
    .u64(group.seq)
    .raw(place.groupHead)
    .raw(place.committerUser)
    .raw(deviceId)
    .u64(nowMs)
    .u16(wraps.length)
    .raw(root)
    .raw(await epochCommitment(p, key))
    .raw(await sealEpochInfo(p, key, place, name))
    .finish();
  const bytes = concatBytes(signed, await signAsAccount(p, account, epochPreimage(signed)));
  const hash = await p.sha256(epochHashPreimage(bytes));
  const { groupId, epoch, groupSeq, groupHead, committerUser, timeMs } = readGroupEpoch(bytes);
  const code = await epochCode(p, hash);
  const opened = { groupId, epoch, hash, groupSeq, groupHead, committerUser, timeMs, key, name, code };
  return { bytes, wraps: concatBytes(...wraps), opened };
}
