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
  ENVELOPE_KINDS,
  envelopeBodyPreimage,
  envelopeHashPreimage,
  envelopeHeadPreimage,
  type EnvelopeKind,
  envelopeSignaturePreimage,
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
import { type Inner, KIND_OF, writeInner } from './inner.js';
import { wrapContentKey } from './key-wrap.js';

/** The device that seals. */
export interface SendingDevice {
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  readonly signer: Ed25519Signer;
  /** Version of the account's bundle whose keys signed the device's certificate. */
  readonly bundleVer: number;
}

export interface SealInput {
  readonly sender: SendingDevice;
  /** The sender's own account, for its history, and the peer; in any order. */
  readonly recipients: readonly [Recipient, Recipient];
  /** 16 random bytes, made once for a message and kept through every retry. */
  readonly messageId: Bytes16;
  /** From 1. For text: no gaps for this device in this conversation. For receipts and signals: a lane each, rising. */
  readonly senderSeq: number;
  /** For text after the first: the hash of this device's envelope before. Otherwise 32 zero bytes. */
  readonly previousHash: Bytes32;
  readonly sentAtMs: number;
  readonly inner: Inner;
  /** The newest envelope seen of each other device in the conversation. */
  readonly seen?: readonly SeenHead[];
}

/** A sealed envelope. It is kept and sent as it is: sealing twice under one senderSeq would break the device's chain. */
export interface SealedEnvelope {
  readonly bytes: Bytes;
  /** The next text's `previousHash`. */
  readonly hash: Bytes32;
}

async function writeHeader(
  p: Primitives,
  input: SealInput,
  kind: EnvelopeKind,
  conversationId: Bytes16,
): Promise<Bytes> {
  const { sender } = input;
  return new ByteWriter()
    .magic('SCE1')
    .u8(1)
    .u8(kind)
    .raw(conversationId)
    .raw(input.messageId)
    .raw(sender.userId)
    .raw(sender.deviceId)
    .u32(sender.bundleVer)
    .u64(input.senderSeq)
    .raw(input.previousHash)
    .u64(input.sentAtMs)
    .raw(new Uint8Array(32))
    .u64(0)
    .raw(await ackRootOf(p, input.seen ?? []))
    .u64(0)
    .raw(new Uint8Array(32))
    .finish();
}

function checkPlace(input: SealInput, kind: EnvelopeKind): void {
  const { sender, recipients, senderSeq, previousHash } = input;
  const chained = kind === ENVELOPE_KINDS.direct && senderSeq > 1;
  const allowed =
    senderSeq >= 1 &&
    isZero(previousHash) !== chained &&
    !sameBytes(recipients[0].userId, recipients[1].userId) &&
    recipients.some(({ userId }) => sameBytes(userId, sender.userId));
  if (!allowed) throw new CryptoError('seal-refused');
}

/**
 * Seals content for the two members of a direct conversation (PROTOCOL 5). The kind follows from the content.
 * @throws CryptoError `content-invalid`; `seal-refused` for other readers than the sender and one peer, or a place outside of the chain
 */
export async function sealEnvelope(p: Primitives, input: SealInput): Promise<SealedEnvelope> {
  const kind = KIND_OF[input.inner.t];
  checkPlace(input, kind);
  const recipients = input.recipients.toSorted((left, right) => compareBytes(left.userId, right.userId));
  const conversationId = await directConversationId(p, recipients[0]!.userId, recipients[1]!.userId);
  const padded = pad(await writeInner(input.inner, input.seen ?? []));

  const contentKey = p.randomBytes(32) as Bytes32;
  const context = { senderUser: input.sender.userId, conversationId, messageId: input.messageId };
  const [header, commitment, encryptionKey, ...wraps] = await Promise.all([
    writeHeader(p, input, kind, conversationId),
    hkdfExpand32(p, contentKey, label('commit')),
    hkdfExpand32(p, contentKey, label('enc')),
    ...recipients.map((recipient) => wrapContentKey(p, context, recipient, contentKey)),
  ]);
  const head = concatBytes(header, Uint8Array.of(wraps.length), ...wraps, commitment);
  const headHash = await p.sha256(envelopeHeadPreimage(head));
  const nonce = p.randomBytes(12);
  const ciphertext = await p.aesGcmSeal(await p.importAes(encryptionKey), nonce, headHash, padded);
  const body = concatBytes(nonce, ciphertext);
  const preimage = envelopeSignaturePreimage(headHash, await p.sha256(envelopeBodyPreimage(body)));
  const bytes = concatBytes(head, body, await p.ed25519.sign(input.sender.signer, preimage));
  return { bytes, hash: await p.sha256(envelopeHashPreimage(bytes)) };
}
