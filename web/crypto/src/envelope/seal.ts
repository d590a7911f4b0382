import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  compareBytes,
  concatBytes,
  isZero,
  sameBytes,
} from '@secureconnect/contracts/signed/bytes';
import {
  envelopeBodyPreimage,
  envelopeHashPreimage,
  envelopeHeadPreimage,
  type EnvelopeKind,
  envelopeSignaturePreimage,
  isChained,
} from '@secureconnect/contracts/signed/envelope';
import { label } from '@secureconnect/contracts/signed/labels';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { pad } from '../encoding/padding.js';
import { hkdfExpand32 } from '../hazmat/hkdf-steps.js';
import type { Recipient } from '../identity/keys.js';
import type { Ed25519Signer, Primitives } from '../primitives/primitives.js';
import { ackRootOf, type SeenHead } from './acks.js';
import { directConversationId } from './conversation-id.js';
import { type Inner, kindOf } from './inner.js';
import { writeInner } from './inner-json.js';
import { wrapContentKey } from './key-wrap.js';

// What all kinds of envelopes have in common when they are sealed (PROTOCOL 5.1, 5.7).

/** The device that seals. */
export interface SendingDevice {
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  readonly signer: Ed25519Signer;
  /** Version of the account's bundle whose keys signed the device's certificate. */
  readonly bundleVer: number;
}

export interface Letter {
  readonly sender: SendingDevice;
  /** 16 random bytes, made once for a message and kept through every retry. */
  readonly messageId: Bytes16;
  /** From 1. For messages: no gaps for this device in this conversation. For the others: a lane each, rising. */
  readonly senderSeq: number;
  /** For messages after the first: the hash of this device's envelope before. Otherwise 32 zero bytes. */
  readonly previousHash: Bytes32;
  readonly sentAtMs: number;
  readonly inner: Inner;
  /** The newest envelope seen of each other device in the conversation. */
  readonly seen?: readonly SeenHead[];
}

/** A sealed envelope. It is kept and sent as it is: sealing twice under one senderSeq would break the device's chain. */
export interface SealedEnvelope {
  readonly bytes: Bytes;
  /** The next message's `previousHash`. */
  readonly hash: Bytes32;
}

/** Where an envelope belongs. In a direct conversation head and epoch are zero. */
export interface Destination {
  readonly kind: EnvelopeKind;
  readonly conversationId: Bytes16;
  readonly groupHead: Bytes32;
  readonly epoch: number;
}

async function writeHeader(p: Primitives, letter: Letter, to: Destination): Promise<Bytes> {
  const { sender } = letter;
  return new ByteWriter()
    .magic('SCE1')
    .u8(1)
    .u8(to.kind)
    .raw(to.conversationId)
    .raw(letter.messageId)
    .raw(sender.userId)
    .raw(sender.deviceId)
    .u32(sender.bundleVer)
    .u64(letter.senderSeq)
    .raw(letter.previousHash)
    .u64(letter.sentAtMs)
    .raw(to.groupHead)
    .u64(to.epoch)
    .raw(await ackRootOf(p, letter.seen ?? []))
    .u64(0)
    .raw(new Uint8Array(32))
    .finish();
}

/**
 * Seals a letter under a content key that is used for nothing else. @throws CryptoError `content-invalid`; `seal-refused` for a place
 * outside of the chain
 */
export async function sealWith(
  p: Primitives,
  letter: Letter,
  to: Destination,
  key: { readonly contentKey: Bytes32; readonly wraps: readonly Bytes[] },
): Promise<SealedEnvelope> {
  const { senderSeq, previousHash } = letter;
  if (senderSeq < 1 || isZero(previousHash) === (isChained(to.kind) && senderSeq > 1)) {
    throw new CryptoError('seal-refused');
  }
  const padded = pad(await writeInner(letter.inner, letter.seen ?? []));
  const [header, commitment, encryptionKey] = await Promise.all([
    writeHeader(p, letter, to),
    hkdfExpand32(p, key.contentKey, label('commit')),
    hkdfExpand32(p, key.contentKey, label('enc')),
  ]);
  const head = concatBytes(header, Uint8Array.of(key.wraps.length), ...key.wraps, commitment);
  const headHash = await p.sha256(envelopeHeadPreimage(head));
  const nonce = p.randomBytes(12);
  const ciphertext = await p.aesGcmSeal(await p.importAes(encryptionKey), nonce, headHash, padded);
  const body = concatBytes(nonce, ciphertext);
  const preimage = envelopeSignaturePreimage(headHash, await p.sha256(envelopeBodyPreimage(body)));
  const bytes = concatBytes(head, body, await p.ed25519.sign(letter.sender.signer, preimage));
  return { bytes, hash: await p.sha256(envelopeHashPreimage(bytes)) };
}

export interface SealInput extends Letter {
  /** The sender's own account, for its history, and the peer; in any order. */
  readonly recipients: readonly [Recipient, Recipient];
}

async function sealForTwo(
  p: Primitives,
  input: SealInput,
  conversationOf: (lower: Bytes16, higher: Bytes16) => Promise<Bytes16>,
): Promise<SealedEnvelope> {
  const { sender, messageId } = input;
  const recipients = input.recipients.toSorted((left, right) => compareBytes(left.userId, right.userId));
  const [lower, higher] = recipients as [Recipient, Recipient];
  const kind = kindOf(input.inner.t, 'direct');
  const isOwn = recipients.some(({ userId }) => sameBytes(userId, sender.userId));
  if (kind === null || !isOwn || sameBytes(lower.userId, higher.userId)) throw new CryptoError('seal-refused');
  const conversationId = await conversationOf(lower.userId, higher.userId);
  const contentKey = p.randomBytes(32) as Bytes32;
  const context = { senderUser: sender.userId, conversationId, messageId };
  const wraps = await Promise.all(recipients.map((recipient) => wrapContentKey(p, context, recipient, contentKey)));
  const to = { kind, conversationId, groupHead: new Uint8Array(32) as Bytes32, epoch: 0 };
  return sealWith(p, input, to, { contentKey, wraps });
}

/**
 * Seals content for the two members of a direct conversation (PROTOCOL 5). The kind follows from the content.
 * @throws CryptoError `content-invalid`; `seal-refused` for other readers than the sender and one peer, or a place outside of the chain
 */
export function sealEnvelope(p: Primitives, input: SealInput): Promise<SealedEnvelope> {
  return sealForTwo(p, input, (lower, higher) => directConversationId(p, lower, higher));
}

/**
 * Seals a signal for one other member of a group (PROTOCOL 9.1): under the group's id, for two readers. In a direct conversation signals are
 * sealed by `sealEnvelope`. @throws CryptoError like `sealEnvelope`; `seal-refused` for anything but a signal
 */
export async function sealGroupSignal(
  p: Primitives,
  input: SealInput & { readonly groupId: Bytes16 },
): Promise<SealedEnvelope> {
  if (input.inner.t !== 'signal') throw new CryptoError('seal-refused');
  return sealForTwo(p, input, () => Promise.resolve(input.groupId));
}
