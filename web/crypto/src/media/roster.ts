import { type Bytes, type Bytes16, type Bytes32, concatBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import {
  type CallRoster,
  callRosterHashPreimage,
  callRosterPreimage,
  compareRosterMembers,
  readCallRoster,
  type RosterMember,
} from '@secureconnect/contracts/signed/call-roster';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { equalBytes } from '../encoding/equal.js';
import type { VerifiedDevice } from '../identity/device.js';
import type { Ed25519Signer, Primitives } from '../primitives/primitives.js';

/** A roster and its hash: the next one's `previous`. */
export interface SignedRoster {
  readonly roster: CallRoster;
  readonly hash: Bytes32;
}

const ZERO_HASH = new Uint8Array(32);

/**
 * Signs who is in the call, this device included, after every join and leave (PROTOCOL 9.5). Members in any order.
 * @param input.previous - the roster that this device signed before in this call; null for its first
 * @throws CryptoError `call-refused` for none or more than eight members, one of them twice, or without this device
 */
export function signRoster(
  p: Primitives,
  input: {
    readonly device: { readonly userId: Bytes16; readonly deviceId: Bytes16; readonly signer: Ed25519Signer };
    readonly callId: Bytes16;
    readonly conversationId: Bytes16;
    readonly members: readonly RosterMember[];
    readonly previous: SignedRoster | null;
  },
): Promise<SignedRoster> {
  const { device, callId, conversationId, previous } = input;
  return refusingAs('call-refused', async () => {
    const members = input.members.toSorted(compareRosterMembers);
    const writer = new ByteWriter()
      .magic('SCC1')
      .raw(callId)
      .raw(conversationId)
      .raw(device.userId)
      .raw(device.deviceId)
      .u32((previous?.roster.epoch ?? 0) + 1)
      .raw(previous?.hash ?? ZERO_HASH)
      .u8(members.length);
    for (const { userId, deviceId, fingerprint } of members) writer.raw(userId).raw(deviceId).raw(fingerprint);
    const signed = writer.finish();
    const bytes = concatBytes(signed, await p.ed25519.sign(device.signer, callRosterPreimage(signed)));
    return { roster: readCallRoster(bytes), hash: await p.sha256(callRosterHashPreimage(bytes)) };
  });
}

/**
 * Believes a roster: of this call, by this device, and later than `previous`; the very next one names its hash. One may be lost on the way, so
 * a later one is taken as well, and whoever joined late takes the first that it gets. Repeated or of before: refused [T-86] [T-87].
 * @param input.device - verified, not revoked, of a member of the conversation: who that is, only the conversation's own log says
 * @throws CryptoError `call-refused`
 */
export function verifyRoster(
  p: Primitives,
  bytes: Bytes,
  input: {
    readonly device: VerifiedDevice;
    readonly callId: Bytes16;
    readonly conversationId: Bytes16;
    readonly previous: SignedRoster | null;
  },
): Promise<SignedRoster> {
  const { device, callId, conversationId, previous } = input;
  return refusingAs('call-refused', async () => {
    const roster = readCallRoster(bytes);
    const isOfCall = sameBytes(roster.callId, callId) && sameBytes(roster.conversationId, conversationId);
    const isByDevice = sameBytes(roster.signerUser, device.userId) && sameBytes(roster.signerDevice, device.deviceId);
    const verified = await p.ed25519.verify(device.verifier, roster.signature, callRosterPreimage(roster.signed));
    const step = roster.epoch - (previous?.roster.epoch ?? 0);
    const follows = previous === null || (step > 0 && (step > 1 || equalBytes(roster.previousHash, previous.hash)));
    if (!isOfCall || !isByDevice || !verified || !follows) throw new CryptoError('call-refused');
    return { roster, hash: await p.sha256(callRosterHashPreimage(roster.bytes)) };
  });
}

/** The entry of a device, whose certificate is its `fingerprint`; null for a device that gets no link [T-87]. */
export function rosterEntry(
  { roster }: SignedRoster,
  device: { readonly userId: Bytes16; readonly deviceId: Bytes16 },
): RosterMember | null {
  return roster.members.find((member) => compareRosterMembers(member, device) === 0) ?? null;
}

/** Whether two devices see the same people, with the same certificates, in a call. For a moment after a join or leave they do not. */
export function sameMembers(left: SignedRoster, right: SignedRoster): boolean {
  const [ours, theirs] = [left.roster.members, right.roster.members];
  return (
    ours.length === theirs.length &&
    ours.every(
      (member, index) =>
        compareRosterMembers(member, theirs[index]!) === 0 &&
        equalBytes(member.fingerprint, theirs[index]!.fingerprint),
    )
  );
}
