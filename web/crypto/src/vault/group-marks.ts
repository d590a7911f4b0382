import { ByteReader } from '@secureconnect/contracts/signed/byte-reader';
import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  isZero,
  sameBytes,
  SignedFormatError,
} from '@secureconnect/contracts/signed/bytes';
import { ByteWriter } from '../encoding/byte-writer.js';

/** The newest log entry and epoch of a group that any device of the account has believed (vault item 6): what T-71 is measured by. */
export interface GroupMark {
  readonly groupId: Bytes16;
  readonly seq: number;
  readonly head: Bytes32;
  /** 0 and zero while there is none. */
  readonly epoch: number;
  readonly epochHash: Bytes32;
}

const GROUP_MARK_BYTES = 97;

/** Item type 6, 97 bytes: u8 ver | groupId[16] | u64 seq | head[32] | u64 epoch | epochHash[32]. @throws SignedFormatError */
export function writeGroupMark(mark: GroupMark): Bytes {
  const { groupId, seq, head, epoch, epochHash } = mark;
  const bytes = new ByteWriter().u8(1).raw(groupId).u64(seq).raw(head).u64(epoch).raw(epochHash).finish();
  readGroupMark(bytes);
  return bytes;
}

/** @throws SignedFormatError */
export function readGroupMark(content: Uint8Array): GroupMark {
  const reader = new ByteReader(content, GROUP_MARK_BYTES);
  reader.version(1);
  const mark = {
    groupId: reader.fixed(16),
    seq: reader.u64(),
    head: reader.fixed(32),
    epoch: reader.u64(),
    epochHash: reader.fixed(32),
  };
  reader.end();
  if (mark.seq === 0 || isZero(mark.epochHash) !== (mark.epoch === 0)) throw new SignedFormatError('out-of-range');
  return mark;
}

/**
 * How what is here stands to what was remembered: `behind` is a rollback when it is all that the server has [T-71]; `forked` is another
 * story of the same length [T-72].
 */
export function compareGroupMarks(remembered: GroupMark, here: GroupMark): 'same' | 'ahead' | 'behind' | 'forked' {
  if (here.seq < remembered.seq || here.epoch < remembered.epoch) return 'behind';
  if (here.seq === remembered.seq && !sameBytes(here.head, remembered.head)) return 'forked';
  if (here.epoch === remembered.epoch && !sameBytes(here.epochHash, remembered.epochHash)) return 'forked';
  return here.seq === remembered.seq && here.epoch === remembered.epoch ? 'same' : 'ahead';
}
