import { randomBytes } from 'node:crypto';
import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import {
  bundlePreimage,
  CAPABILITY_SUITE_1,
  ENCRYPTION_KEY_ALGORITHMS,
  usernameHashPreimage,
} from '@secureconnect/contracts/signed/bundle';
import { asBytes16, concatBytes, type Bytes, type Bytes16, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { ByteWriter } from '@secureconnect/crypto/encoding/byte-writer';
import type { Inner } from '@secureconnect/crypto/envelope/inner';
import { sealEnvelope, type SealedEnvelope } from '@secureconnect/crypto/envelope/seal';
import { createAccount, type NewAccount } from '@secureconnect/crypto/identity/account';
import { makeDevice, type NewDevice } from '@secureconnect/crypto/identity/device';
import { verifyIdentity, type VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { signAsAccount } from '@secureconnect/crypto/identity/signatures';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';

const YEAR_MS = 365 * 86_400_000;

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
  return verifyIdentity(p, {
    userId: idFromHex(userId),
    username,
    bundles: bundles.map(fromBase64Url),
    nowMs: Date.now(),
  });
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
  readonly sentAtMs?: number;
  /** A call signal (kind 5) instead of a text. */
  readonly isSignal?: boolean;
  /** Other content, such as a receipt, instead of a text. */
  readonly inner?: Inner;
  /** Cryptography with a twist, for envelopes that an honest client cannot make. */
  readonly primitives?: Primitives;
}): Promise<SealedEnvelope> {
  const p = forgery.primitives ?? (await loadPrimitives());
  const [first, second] = forgery.readers;
  return sealEnvelope(p, {
    sender: {
      userId: idFromHex(forgery.senderUser),
      deviceId: forgery.senderDevice,
      signer: forgery.signer,
      bundleVer: 1,
    },
    recipients: [first.current.recipient, second.current.recipient],
    messageId: asBytes16(new Uint8Array(randomBytes(16))),
    senderSeq: forgery.senderSeq ?? 1,
    previousHash: forgery.previousHash ?? (new Uint8Array(32) as Bytes32),
    sentAtMs: forgery.sentAtMs ?? Date.now(),
    inner:
      forgery.inner ??
      (forgery.isSignal === true
        ? { t: 'signal', callId: asBytes16(new Uint8Array(randomBytes(16))), data: forgery.text }
        : { t: 'text', body: forgery.text }),
  });
}

/** A bundle that is signed as it should be, with whatever keys are wanted inside; its reader's checks are for the victim. */
export async function forgeBundle(
  { account }: NewAccount,
  username: string,
  keys: {
    readonly ed25519?: Uint8Array;
    readonly rsaSpki?: Uint8Array;
    readonly mlkem768?: Uint8Array;
    readonly algorithms?: readonly [number, number];
  },
): Promise<Bytes> {
  const p = await loadPrimitives();
  const own = account.encryption.get(1)!;
  const [first, second] = keys.algorithms ?? [
    ENCRYPTION_KEY_ALGORITHMS.rsaOaep2048Sha256,
    ENCRYPTION_KEY_ALGORITHMS.mlkem768,
  ];
  const nowMs = Date.now();
  const signed = new ByteWriter()
    .magic('SCI1')
    .u8(1)
    .raw(account.userId)
    .raw(await p.sha256(usernameHashPreimage(username)))
    .u32(1)
    .u64(nowMs)
    .u64(nowMs + YEAR_MS)
    .raw(new Uint8Array(32))
    .u32(CAPABILITY_SUITE_1)
    .op16(keys.ed25519 ?? account.ed25519.publicKey)
    .op16(account.mldsa65.publicKey)
    .u8(2)
    .u8(first)
    .op16(keys.rsaSpki ?? own.rsaSpki)
    .u8(second)
    .op16(keys.mlkem768 ?? own.kemPublicKey)
    .u8(0)
    .finish();
  return concatBytes(signed, await signAsAccount(p, account, bundlePreimage(signed)));
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
