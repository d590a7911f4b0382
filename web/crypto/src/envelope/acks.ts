import {
  type Bytes16,
  type Bytes32,
  compareBytes,
  concatBytes,
  sameBytes,
} from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Primitives } from '../primitives/primitives.js';
import { type Position, POSITIONS_MAX } from './inner.js';

/** The newest envelope that was seen of a device in a conversation. */
export interface SeenHead extends Position {
  readonly hash: Bytes32;
}

/**
 * ackRoot of PROTOCOL 5.10: H over (device, seq, hash) by rising device; 32 zero bytes for nothing.
 * @throws CryptoError `seal-refused` for a device twice or more than `POSITIONS_MAX` of them
 */
export async function ackRootOf(p: Primitives, seen: readonly SeenHead[]): Promise<Bytes32> {
  if (seen.length === 0) return new Uint8Array(32) as Bytes32;
  const sorted = seen.toSorted((left, right) => compareBytes(left.deviceId, right.deviceId));
  const twice = sorted.some(({ deviceId }, index) => index > 0 && sameBytes(deviceId, sorted[index - 1]!.deviceId));
  if (twice || seen.length > POSITIONS_MAX) throw new CryptoError('seal-refused');
  const entries = sorted.map(({ deviceId, seq, hash }) => new ByteWriter().raw(deviceId).u64(seq).raw(hash).finish());
  return p.sha256(labelled('ack', concatBytes(...entries)));
}

/**
 * `agrees`: the sender has seen the same envelopes as this reader. `forked`: it was shown others [a server that tells two stories].
 * `unknown`: it has seen envelopes that are not here yet. `none`: it says nothing.
 */
export type AckVerdict = 'agrees' | 'forked' | 'unknown' | 'none';

/** Compares what a sender has seen with what is here. `lookUp` gives the hash of the envelope at a position, null where it is not here. */
export async function checkAcks(
  p: Primitives,
  opened: { readonly header: { readonly ackRoot: Bytes32 }; readonly acks: readonly Position[] },
  lookUp: (deviceId: Bytes16, seq: number) => Bytes32 | null | Promise<Bytes32 | null>,
): Promise<AckVerdict> {
  if (opened.acks.length === 0) return 'none';
  const seen: SeenHead[] = [];
  for (const position of opened.acks) {
    const hash = await lookUp(position.deviceId, position.seq);
    if (hash === null) return 'unknown';
    seen.push({ ...position, hash });
  }
  return sameBytes(await ackRootOf(p, seen), opened.header.ackRoot) ? 'agrees' : 'forked';
}
