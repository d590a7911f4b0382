import { type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { equalBytes } from '../encoding/equal.js';
import { hkdfExpand32, hkdfExtract } from '../hazmat/hkdf-steps.js';
import type { Primitives } from '../primitives/primitives.js';
import { EMOJI } from './emoji.js';

/*
 * What two people in a call compare by voice (PROTOCOL 9.3) [T-94]. A commits to a nonce, B says its own, A opens: whoever stands between
 * them has one try in 2^42, because neither nonce can be chosen after the other is known.
 */

/** A device in a call, and what stands for it. */
export interface CallParty {
  readonly userId: Bytes16;
  readonly deviceId: Bytes16;
  /** Of its account's keys, as they are pinned here: the own ones out of the vault. */
  readonly pin: Bytes32;
  /** SHA-256 of the certificate's DER that it signed. */
  readonly fingerprint: Bytes32;
}

export interface CallWords {
  /** Seven, in order. */
  readonly emoji: readonly string[];
  /** Their names. */
  readonly words: readonly string[];
}

/** What A sends first: nothing of the nonce can be seen in it. @param nonce - 32 random bytes, for this call and this link alone */
export function commitToNonce(
  p: Primitives,
  input: { readonly callId: Bytes16; readonly userId: Bytes16; readonly deviceId: Bytes16; readonly nonce: Bytes32 },
): Promise<Bytes32> {
  const { callId, userId, deviceId, nonce } = input;
  return p.sha256(labelled('call-nonce', callId, userId, deviceId, nonce));
}

/** Whether A opened what it had committed to. If not, the call ends: somebody chose a nonce after seeing the other. */
export async function isCommitted(
  p: Primitives,
  commitment: Bytes32,
  opened: Parameters<typeof commitToNonce>[1],
): Promise<boolean> {
  return equalBytes(await commitToNonce(p, opened), commitment);
}

function partyBytes({ userId, deviceId, pin, fingerprint }: CallParty): Uint8Array {
  return concatBytes(userId, deviceId, pin, fingerprint);
}

/**
 * Seven of 64 pictures, 42 bits: the same on both sides, and others as soon as anything between them is not. Call it once both nonces are
 * here and the commitment was found right.
 * @param input.asking - A: who sent the invite or the join (`linkRoles`), with its opened nonce
 * @param input.answering - B
 */
export async function callWords(
  p: Primitives,
  input: {
    readonly callId: Bytes16;
    readonly conversationId: Bytes16;
    readonly asking: CallParty & { readonly nonce: Bytes32 };
    readonly answering: CallParty & { readonly nonce: Bytes32 };
  },
): Promise<CallWords> {
  const { callId, conversationId, asking, answering } = input;
  const secret = await hkdfExtract(p, callId, concatBytes(asking.nonce, answering.nonce));
  const info = labelled('call-words', conversationId, partyBytes(asking), partyBytes(answering));
  const bytes = await hkdfExpand32(p, secret, info);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const bits = view.getBigUint64(0) >> 22n;
  const chosen = Array.from({ length: 7 }, (_, index) => EMOJI[Number((bits >> BigInt(36 - 6 * index)) & 63n)]!);
  return { emoji: chosen.map(([picture]) => picture), words: chosen.map(([, word]) => word) };
}
