import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader, EnvelopeWrap } from '@secureconnect/contracts/signed/envelope';
import { label, labelled } from '@secureconnect/contracts/signed/labels';
import { ByteWriter } from '../encoding/byte-writer.js';
import { ZERO_NONCE } from '../hazmat/constant-nonce.js';
import type { DecryptionKeys, Recipient } from '../identity/keys.js';
import type { AesKey, Primitives } from '../primitives/primitives.js';

/** What ties a wrap to one envelope. */
export type WrapContext = Pick<EnvelopeHeader, 'senderUser' | 'conversationId' | 'messageId'>;

interface Encapsulated {
  readonly rsaCiphertext: Bytes;
  readonly kemCiphertext: Bytes;
  readonly rsaHash: Bytes32;
  readonly kemHash: Bytes32;
  readonly userId: Bytes16;
  readonly bundleVer: number;
}

/** tr of PROTOCOL 5.5: both ciphertexts, both public keys, who to whom, and where. A wrap that is moved anywhere opens nothing [T-51]. */
function transcript(p: Primitives, context: WrapContext, sealed: Encapsulated): Promise<Bytes32> {
  const bytes = new ByteWriter()
    .raw(sealed.rsaCiphertext)
    .raw(sealed.kemCiphertext)
    .raw(sealed.rsaHash)
    .raw(sealed.kemHash)
    .raw(context.senderUser)
    .raw(sealed.userId)
    .u32(sealed.bundleVer)
    .raw(context.conversationId)
    .raw(context.messageId)
    .finish();
  return p.sha256(labelled('kem', bytes));
}

/** KEK of PROTOCOL 5.5: stays secret while either RSA-2048 or ML-KEM-768 stands. */
async function keyEncryptionKey(
  p: Primitives,
  shared: Bytes32,
  random: Bytes,
  transcriptHash: Bytes32,
): Promise<AesKey> {
  const inputKey = await p.importHkdf(concatBytes(shared, random));
  return p.importAes(await p.hkdf(inputKey, label('kek'), transcriptHash, 32));
}

/** Seals a content key for one reader: 1,412 bytes, as they stand in an envelope. */
export async function wrapContentKey(
  p: Primitives,
  context: WrapContext,
  recipient: Recipient,
  contentKey: Bytes32,
): Promise<Bytes> {
  const random = p.randomBytes(32);
  const [rsaCiphertext, { ciphertext: kemCiphertext, sharedKey }] = await Promise.all([
    p.rsaOaep.encrypt(recipient.rsa, random),
    p.mlkem768.encapsulate(recipient.kem),
  ]);
  const { userId, bundleVer, rsaHash, kemHash } = recipient;
  const sealed = { rsaCiphertext, kemCiphertext, rsaHash, kemHash, userId, bundleVer };
  const transcriptHash = await transcript(p, context, sealed);
  const kek = await keyEncryptionKey(p, sharedKey, random, transcriptHash);
  const wrapped = await p.aesGcmSeal(kek, ZERO_NONCE, transcriptHash, contentKey);
  return new ByteWriter().raw(userId).u32(bundleVer).raw(rsaCiphertext).raw(kemCiphertext).raw(wrapped).finish();
}

/** Opens a wrap; rejects, for whatever reason, when it was not made for these keys and this place. */
export async function unwrapContentKey(
  p: Primitives,
  context: WrapContext,
  wrap: EnvelopeWrap,
  keys: DecryptionKeys,
): Promise<Bytes32> {
  const [random, sharedKey, transcriptHash] = await Promise.all([
    p.rsaOaep.decrypt(keys.rsa, wrap.rsaCiphertext),
    p.mlkem768.decapsulate(keys.kem, wrap.kemCiphertext),
    transcript(p, context, { ...wrap, rsaHash: keys.rsaHash, kemHash: keys.kemHash }),
  ]);
  const kek = await keyEncryptionKey(p, sharedKey, random, transcriptHash);
  return (await p.aesGcmOpen(kek, ZERO_NONCE, transcriptHash, wrap.wrapped)) as Bytes32;
}
