import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { ByteWriter } from '../encoding/byte-writer.js';
import { hkdfExpand32, hkdfExtract } from '../hazmat/hkdf-steps.js';
import type { AesKey, Primitives } from '../primitives/primitives.js';

/** One direction of one link of a call. */
export interface FrameDirection {
  readonly callId: Bytes16;
  readonly conversationId: Bytes16;
  readonly senderUser: Bytes16;
  readonly senderDevice: Bytes16;
  readonly receiverUser: Bytes16;
  readonly receiverDevice: Bytes16;
}

/** Seals the frames of one direction in one epoch. Survives structured cloning; the key cannot be read out. */
export interface FrameKey {
  /** The sender's, from 1. */
  readonly epoch: number;
  readonly key: AesKey;
  /** 12 bytes that each frame's counter is added to. */
  readonly nonceBase: Bytes;
}

/**
 * The key of one direction in one epoch (PROTOCOL 9.4), out of the secret that the sender made for the epoch. Every direction of every link
 * has a key of its own: a sender has one encoder, and one counter, for each link, and a counter must not be used twice under a key.
 * @param input.secret - 32 random bytes, new for each epoch
 * @param input.rosterHash - of the roster that the sender signed for the epoch: the members to whom it gave the secret
 */
export async function deriveFrameKey(
  p: Primitives,
  input: FrameDirection & { readonly secret: Bytes32; readonly rosterHash: Bytes32; readonly epoch: number },
): Promise<FrameKey> {
  const context = new ByteWriter()
    .raw(input.callId)
    .raw(input.conversationId)
    .raw(input.senderUser)
    .raw(input.senderDevice)
    .raw(input.receiverUser)
    .raw(input.receiverDevice)
    .u32(input.epoch)
    .finish();
  const pseudorandom = await hkdfExtract(p, input.rosterHash, input.secret);
  const [key, nonce] = await Promise.all([
    hkdfExpand32(p, pseudorandom, labelled('call-frame-key', context)),
    hkdfExpand32(p, pseudorandom, labelled('call-frame-nonce', context)),
  ]);
  return { epoch: input.epoch, key: await p.importAes(key), nonceBase: nonce.slice(0, 12) };
}
