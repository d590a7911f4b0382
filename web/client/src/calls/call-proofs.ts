import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { asBytes32, type Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import type { VerifiedDevice } from '@secureconnect/crypto/identity/device';
import { callWords, commitToNonce, isCommitted } from '@secureconnect/crypto/media/call-words';
import { provePeer } from '@secureconnect/crypto/media/certificate';
import { deriveFrameKey, type FrameKey } from '@secureconnect/crypto/media/frame-key';
import { rosterEntry, signRoster, verifyRoster, type SignedRoster } from '@secureconnect/crypto/media/roster';
import type { Ed25519Signer, Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { CallCode } from './call-views.js';

/** A device in a call; `fingerprint` of its certificate, base64url of 32 bytes. */
export interface Party {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly fingerprint: string;
}

export interface CallProofsParts {
  readonly primitives: Primitives;
  readonly selfId: UserId;
  readonly deviceId: DeviceId;
  readonly signer: Ed25519Signer;
  /** Of the account keys that count here. @throws Refusal where there are none */
  readonly pinOf: (userId: UserId) => Promise<Bytes32>;
}

interface OfCall {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
}

/** The proofs of a call, between the texts of signals and the bytes of crypto (PROTOCOL 9). */
export class CallProofs {
  readonly #parts: CallProofsParts;

  constructor(parts: CallProofsParts) {
    this.#parts = parts;
  }

  /** 32 random bytes, base64url. */
  random(): string {
    return toBase64Url(this.#parts.primitives.randomBytes(32));
  }

  async commitTo(callId: CallId, by: Omit<Party, 'fingerprint'>, nonce: string): Promise<string> {
    return toBase64Url(await commitToNonce(this.#parts.primitives, openingOf(callId, by, nonce)));
  }

  async isCommitted(
    callId: CallId,
    by: Omit<Party, 'fingerprint'>,
    nonce: string,
    commitment: string,
  ): Promise<boolean> {
    return isCommitted(this.#parts.primitives, bytes32(commitment), openingOf(callId, by, nonce));
  }

  /** @param asking - who sent the invite, or the join */
  async wordsOf(
    { callId, conversationId }: OfCall,
    asking: Party & { readonly nonce: string },
    answering: Party & { readonly nonce: string },
  ): Promise<CallCode> {
    const sideOf = async (party: Party & { readonly nonce: string }) => ({
      ...memberOf(party),
      pin: await this.#parts.pinOf(party.userId),
      nonce: bytes32(party.nonce),
    });
    return callWords(this.#parts.primitives, {
      callId: idFromHex(callId),
      conversationId: idFromHex(conversationId),
      asking: await sideOf(asking),
      answering: await sideOf(answering),
    });
  }

  /** Whether what a link really ends at is what was signed (THREATS 85, 91). */
  async isProven(certificate: Uint8Array, tls: string, fingerprint: string): Promise<boolean> {
    if (certificate.length === 0) return false;
    const signed = fromBase64Url(fingerprint);
    return (await provePeer(this.#parts.primitives, { certificate, tls, fingerprint: signed })) === 'proven';
  }

  /** This device's next roster. */
  sign(
    { callId, conversationId }: OfCall,
    members: readonly Party[],
    previous: SignedRoster | null,
  ): Promise<SignedRoster> {
    const { deviceId, primitives, selfId, signer } = this.#parts;
    return signRoster(primitives, {
      device: { userId: idFromHex(selfId), deviceId: idFromHex(deviceId), signer },
      callId: idFromHex(callId),
      conversationId: idFromHex(conversationId),
      members: members.map(memberOf),
      previous,
    });
  }

  /** Another device's roster, if it follows its one before and has both that device and this one under the right certificates; or null. */
  async believe(
    { callId, conversationId }: OfCall,
    roster: string,
    by: Party & { readonly device: VerifiedDevice; readonly previous: SignedRoster | null },
    own: Party,
  ): Promise<SignedRoster | null> {
    try {
      const believed = await verifyRoster(this.#parts.primitives, fromBase64Url(roster), {
        device: by.device,
        callId: idFromHex(callId),
        conversationId: idFromHex(conversationId),
        previous: by.previous,
      });
      const holds = [by, own].every((party) => {
        const { deviceId, fingerprint, userId } = memberOf(party);
        const entry = rosterEntry(believed, { userId, deviceId });
        return entry !== null && toBase64Url(entry.fingerprint) === toBase64Url(fingerprint);
      });
      return holds ? believed : null;
    } catch (error) {
      if (error instanceof CryptoError) return null;
      throw error;
    }
  }

  /** The key of one direction of one link. */
  frameKey(
    { callId, conversationId }: OfCall,
    from: Omit<Party, 'fingerprint'>,
    to: Omit<Party, 'fingerprint'>,
    { hash, roster }: SignedRoster,
    secret: string,
  ): Promise<FrameKey> {
    return deriveFrameKey(this.#parts.primitives, {
      callId: idFromHex(callId),
      conversationId: idFromHex(conversationId),
      senderUser: idFromHex(from.userId),
      senderDevice: idFromHex(from.deviceId),
      receiverUser: idFromHex(to.userId),
      receiverDevice: idFromHex(to.deviceId),
      secret: bytes32(secret),
      rosterHash: hash,
      epoch: roster.epoch,
    });
  }
}

const bytes32 = (text: string): Bytes32 => asBytes32(fromBase64Url(text));

const memberOf = ({ deviceId, fingerprint, userId }: Party) => ({
  userId: idFromHex(userId),
  deviceId: idFromHex(deviceId),
  fingerprint: bytes32(fingerprint),
});

const openingOf = (callId: CallId, { deviceId, userId }: Omit<Party, 'fingerprint'>, nonce: string) => ({
  callId: idFromHex(callId),
  userId: idFromHex(userId),
  deviceId: idFromHex(deviceId),
  nonce: bytes32(nonce),
});
