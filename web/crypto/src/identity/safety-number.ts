import { ByteReader } from '@secureconnect/contracts/signed/byte-reader';
import {
  type Bytes,
  type Bytes16,
  type Bytes32,
  compareBytes,
  concatBytes,
  type FixedBytes,
  sameBytes,
} from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Primitives } from '../primitives/primitives.js';

/*
 * What two people compare to know that nobody sits between them (PROTOCOL 7.3). Computed from key bytes that are here: the own ones out of
 * the vault, the peer's out of the bundle that is sealed for. Nothing that a server says goes into it [T-37].
 */

/** One person's account keys. A bundle has these members, and an opened account gives them by `safetyKeysOf`. */
export interface SafetyKeys {
  readonly userId: Bytes16;
  readonly ed25519: Bytes32;
  readonly mldsa65: FixedBytes<1952>;
}

export function safetyKeysOf(account: {
  readonly userId: Bytes16;
  readonly ed25519: { readonly publicKey: Bytes32 };
  readonly mldsa65: { readonly publicKey: FixedBytes<1952> };
}): SafetyKeys {
  return { userId: account.userId, ed25519: account.ed25519.publicKey, mldsa65: account.mldsa65.publicKey };
}

/** The safety number of two people: the same on both sides. */
export interface SafetyNumber {
  /** 60 digits: two times 30, the smaller first. Shown as twelve groups of five. */
  readonly digits: string;
  /** 100 bytes, to be shown as a QR code. */
  readonly code: Bytes;
  readonly own: Fingerprint;
  readonly peer: Fingerprint;
}

interface Fingerprint {
  readonly userId: Bytes16;
  readonly hash: Bytes32;
  /** 30 digits. */
  readonly digits: string;
}

const VERSION = 1;
/** SHA-512 calls for one person: whoever looks for keys with nearly the same digits pays for all of them at each try. */
const ROUNDS = 5_200;
const CODE_BYTES = 100;

/** h0 = SHA-512(L || u8 ver || userId || ed25519 || mldsa65), then 5,199 times h = SHA-512(h || h0). */
async function fingerprint(p: Primitives, keys: SafetyKeys): Promise<Fingerprint> {
  const { userId, ed25519, mldsa65 } = keys;
  const first = await p.sha512(labelled('safety-number', Uint8Array.of(VERSION), userId, ed25519, mldsa65));
  const block = concatBytes(first, first);
  for (let round = 1; round < ROUNDS; round++) block.set(await p.sha512(block));
  const view = new DataView(block.buffer);
  let digits = '';
  for (let group = 0; group < 6; group++) {
    const number = view.getUint32(5 * group) * 256 + view.getUint8(5 * group + 4);
    digits += String(number % 100_000).padStart(5, '0');
  }
  return { userId, hash: block.slice(0, 32) as Bytes32, digits };
}

/** @param input.own - out of the opened vault; @param input.peer - of the identity that is sealed for */
export async function safetyNumber(
  p: Primitives,
  input: { readonly own: SafetyKeys; readonly peer: SafetyKeys },
): Promise<SafetyNumber> {
  const [own, peer] = await Promise.all([fingerprint(p, input.own), fingerprint(p, input.peer)]);
  const [smaller, larger] = [own.digits, peer.digits].toSorted();
  const writer = new ByteWriter().magic('SCQ1').raw(own.userId).raw(own.hash).raw(peer.userId).raw(peer.hash);
  return { digits: smaller! + larger!, code: writer.finish(), own, peer };
}

/**
 * `match`: the person who shows this code has the keys that are known here, and knows the keys that are here. `mismatch`: somebody is in
 * between, or keys have changed. `other-people`: a code of two others, or the own one. `not-a-code`: anything else.
 */
export type SafetyComparison = 'match' | 'mismatch' | 'other-people' | 'not-a-code';

/** Compares what was scanned from the peer's screen with the safety number here. */
export function compareSafetyCode(scanned: Uint8Array, here: SafetyNumber): SafetyComparison {
  let showing: Omit<Fingerprint, 'digits'>;
  let shown: Omit<Fingerprint, 'digits'>;
  try {
    const reader = new ByteReader(scanned, CODE_BYTES);
    reader.magic('SCQ1');
    showing = { userId: reader.fixed(16), hash: reader.fixed(32) };
    shown = { userId: reader.fixed(16), hash: reader.fixed(32) };
    reader.end();
  } catch {
    return 'not-a-code';
  }
  const isForUs = sameBytes(showing.userId, here.peer.userId) && sameBytes(shown.userId, here.own.userId);
  if (!isForUs || compareBytes(here.own.userId, here.peer.userId) === 0) return 'other-people';
  return sameBytes(showing.hash, here.peer.hash) && sameBytes(shown.hash, here.own.hash) ? 'match' : 'mismatch';
}
