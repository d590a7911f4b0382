import { randomBytes } from 'node:crypto';
import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { asBytes16, type Bytes, type Bytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { sealEnvelope, type SealedEnvelope } from '@secureconnect/crypto/envelope/seal';
import { createAccount, type NewAccount } from '@secureconnect/crypto/identity/account';
import { makeDevice, type NewDevice } from '@secureconnect/crypto/identity/device';
import { verifyIdentity, type VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';

/** Keys that mallory has made for herself under somebody's id and name, complete with a device: everything but the real ones. */
export interface FalseIdentity {
  readonly published: PublicIdentity;
  readonly account: NewAccount;
  readonly device: NewDevice;
}

/** An identity that verifies in itself, for a user whose keys mallory does not have. */
export async function falseIdentityOf(userId: string, username: string): Promise<FalseIdentity> {
  const p = await loadPrimitives();
  const nowMs = Date.now();
  const account = await createAccount(p, { userId: idFromHex(userId), username, nowMs });
  const device = await makeDevice(p, { account: account.account, nowMs });
  return {
    account,
    device,
    published: {
      userId: userId as UserId,
      username: username as PublicIdentity['username'],
      bundles: [toBase64Url(account.bundle)],
      deviceCerts: [toBase64Url(device.cert)],
      revocations: [],
    },
  };
}

/** What a directory really says, verified. */
export async function readIdentity({ userId, username, bundles }: PublicIdentity): Promise<VerifiedIdentity> {
  const p = await loadPrimitives();
  return verifyIdentity(p, { userId: idFromHex(userId), username, bundles: bundles.map(fromBase64Url), nowMs: Date.now() });
}

/** A well-formed message that claims to come from `sender`'s device, sealed for two real people and signed by a key of mallory's. */
export async function forgeMessage(forgery: {
  readonly senderUser: string;
  readonly senderDevice: Bytes16;
  readonly signer: NewDevice['signer'];
  readonly readers: readonly [VerifiedIdentity, VerifiedIdentity];
  readonly text: string;
  readonly senderSeq?: number;
  readonly previousHash?: Bytes32;
}): Promise<SealedEnvelope> {
  const p = await loadPrimitives();
  const [first, second] = forgery.readers;
  return sealEnvelope(p, {
    sender: { userId: idFromHex(forgery.senderUser), deviceId: forgery.senderDevice, signer: forgery.signer, bundleVer: 1 },
    recipients: [first.current.recipient, second.current.recipient],
    messageId: asBytes16(new Uint8Array(randomBytes(16))),
    senderSeq: forgery.senderSeq ?? 1,
    previousHash: forgery.previousHash ?? (new Uint8Array(32) as Bytes32),
    sentAtMs: Date.now(),
    inner: { t: 'text', body: forgery.text },
  });
}

/** `bytes` with one bit of the byte at `index` turned over. */
export function flipped(bytes: Uint8Array, index: number): Bytes {
  const copy = new Uint8Array(bytes);
  copy[index]! ^= 1;
  return copy;
}

/** The same for a base64url text. */
export function flippedText(text: string, index: number): string {
  return toBase64Url(flipped(fromBase64Url(text), index));
}

