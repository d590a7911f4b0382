import { type Bytes, concatBytes } from '@secureconnect/contracts/signed/bytes';
import {
  envelopeBodyPreimage,
  envelopeHeadPreimage,
  envelopeSignaturePreimage,
  readEnvelope,
} from '@secureconnect/contracts/signed/envelope';
import { label } from '@secureconnect/contracts/signed/labels';
import { unwrapContentKey } from '@secureconnect/crypto/envelope/key-wrap';
import { hkdfExpand32 } from '@secureconnect/crypto/hazmat/hkdf-steps';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { hex } from './hex.js';
import type { Person } from './people.js';

// What a dishonest sender can do with her own keys, and the server cannot.

async function signed(head: Bytes, body: Bytes, person: Person): Promise<Bytes> {
  const hashes = await Promise.all([p.sha256(envelopeHeadPreimage(head)), p.sha256(envelopeBodyPreimage(body))]);
  return concatBytes(head, body, await p.ed25519.sign(person.device.signer, envelopeSignaturePreimage(...hashes)));
}

/** The envelope with another head, signed by the person's device. Its content was sealed under the head of before. */
export async function signedAnew(bytes: Bytes, person: Person, change: (head: Bytes) => void): Promise<Bytes> {
  const envelope = readEnvelope(bytes);
  const head = envelope.head.slice();
  change(head);
  return signed(head, envelope.body, person);
}

/** The envelope with any bytes as its padded content, and another head if wanted: sealed and signed as it should be. */
export async function withContent(
  bytes: Bytes,
  person: Person,
  padded: Bytes,
  change: (head: Bytes) => void = () => undefined,
): Promise<Bytes> {
  const { header, wraps, nonce, head: before } = readEnvelope(bytes);
  const wrap = wraps.find(({ userId }) => hex(userId) === hex(person.userId))!;
  const contentKey = await unwrapContentKey(p, header, wrap, person.account.encryption.get(1)!);
  const key = await p.importAes(await hkdfExpand32(p, contentKey, label('enc')));
  const head = before.slice();
  change(head);
  const headHash = await p.sha256(envelopeHeadPreimage(head));
  return signed(head, concatBytes(nonce, await p.aesGcmSeal(key, nonce, headHash, padded)), person);
}
