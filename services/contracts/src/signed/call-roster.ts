import { ByteReader } from './byte-reader.js';
import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  compareBytes,
  concatBytes,
  type FixedBytes,
  isZero,
  SignedFormatError,
} from './bytes.js';
import { labelled } from './labels.js';
import { KEY_SIZES } from './public-keys.js';

/** A device in a call, and the certificate that it presents on every link of it. */
export interface RosterMember {
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  /** SHA-256 of the certificate's DER. */
  readonly fingerprint: Bytes32;
}

/**
 * Who is in a call, as one device sees it and signs it (PROTOCOL 9.5). Every device keeps a chain of its own: its frame keys of an epoch go
 * to the members of that epoch's roster.
 *
 * ```
 * "SCC1" | callId[16] | conversationId[16] | signerUser[16] | signerDevice[16] | u32 epoch | previousHash[32]
 *   | u8 n | n x { userId[16] | deviceId[16] | fingerprint[32] } | Ed25519 signature by the device's key[64]
 * ```
 */
export interface CallRoster {
  readonly bytes: Bytes;
  /** The part that is signed: everything before the signature. */
  readonly signed: Bytes;
  readonly callId: Bytes16;
  readonly conversationId: Bytes16;
  readonly signerUser: Bytes16;
  readonly signerDevice: Bytes16;
  /** From 1; one more with every roster of this device in this call. */
  readonly epoch: number;
  /** Hash of the roster before; zero in the first alone. */
  readonly previousHash: Bytes32;
  /** By rising user and device, none twice; the signer is one of them. 1 to 8. */
  readonly members: readonly RosterMember[];
  readonly signature: FixedBytes<64>;
}

export const ROSTER_MEMBERS_MAX = 8;
export const ROSTER_MEMBER_BYTES = 64;
/** Everything but the members. */
export const ROSTER_OVERHEAD_BYTES = 4 + 4 * 16 + 4 + 32 + 1 + 64;
export const ROSTER_MAX_BYTES = ROSTER_OVERHEAD_BYTES + ROSTER_MEMBERS_MAX * ROSTER_MEMBER_BYTES;

function nameOf(member: Pick<RosterMember, 'userId' | 'deviceId'>): Bytes {
  return concatBytes(member.userId, member.deviceId);
}

/** Order of members in a roster: by user, then by device. */
export function compareRosterMembers(
  left: Pick<RosterMember, 'userId' | 'deviceId'>,
  right: Pick<RosterMember, 'userId' | 'deviceId'>,
): number {
  return compareBytes(nameOf(left), nameOf(right));
}

function readMembers(reader: ByteReader): readonly RosterMember[] {
  const count = reader.u8();
  if (count === 0 || count > ROSTER_MEMBERS_MAX) throw new SignedFormatError('out-of-range');
  const members = Array.from({ length: count }, () => ({
    userId: reader.fixed(16),
    deviceId: reader.fixed(16),
    fingerprint: reader.fixed(32),
  }));
  const rising = members.every((member, index) => index === 0 || compareRosterMembers(members[index - 1]!, member) < 0);
  if (!rising) throw new SignedFormatError('not-canonical');
  return members;
}

/** Reads `input` as a roster; checks the form, not the signature. @throws SignedFormatError */
export function readCallRoster(input: Uint8Array): CallRoster {
  const reader = new ByteReader(input, ROSTER_MAX_BYTES);
  reader.magic('SCC1');
  const callId = reader.fixed(16);
  const conversationId = reader.fixed(16);
  const signerUser = reader.fixed(16);
  const signerDevice = reader.fixed(16);
  const epoch = reader.u32();
  const previousHash = reader.fixed(32);
  const members = readMembers(reader);
  const signed = reader.bytes.subarray(0, reader.offset);
  const signature = reader.fixed(KEY_SIZES.ed25519Signature);
  reader.end();
  if (epoch === 0) throw new SignedFormatError('out-of-range');
  if (isZero(previousHash) !== (epoch === 1)) throw new SignedFormatError('not-canonical');
  const signer = { userId: signerUser, deviceId: signerDevice };
  if (!members.some((member) => compareRosterMembers(member, signer) === 0))
    throw new SignedFormatError('out-of-range');
  return {
    bytes: reader.bytes,
    signed,
    callId,
    conversationId,
    signerUser,
    signerDevice,
    epoch,
    previousHash,
    members,
    signature,
  };
}

/** What the device's Ed25519 key signs, of a roster's signed part. */
export function callRosterPreimage(signed: Uint8Array): Bytes {
  return labelled('call-roster', signed);
}

/** SHA-256 of this is the roster's hash: the next one's `previousHash`. */
export function callRosterHashPreimage(bytes: Uint8Array): Bytes {
  return labelled('call-roster-hash', bytes);
}
