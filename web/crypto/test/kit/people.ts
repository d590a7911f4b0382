import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import type { SeenHead } from '@secureconnect/crypto/envelope/acks';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import type { Inner } from '@secureconnect/crypto/envelope/inner';
import type { OpenContext, SenderState } from '@secureconnect/crypto/envelope/open';
import { type SealedEnvelope, type SealInput, sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { createAccount, type NewAccount } from '@secureconnect/crypto/identity/account';
import { makeDevice, type NewDevice, verifyDevice, type VerifiedDevice } from '@secureconnect/crypto/identity/device';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';

/** When the tests take place. */
export const NOW_MS = Date.UTC(2026, 0, 1, 12);
export const ZERO_HASH = new Uint8Array(32) as Bytes32;

/** A user with an account and one device. */
export interface Person extends NewAccount {
  readonly userId: Bytes16;
  readonly username: string;
  readonly device: NewDevice;
  readonly verifiedDevice: VerifiedDevice;
}

export async function makePerson(p: Primitives, username: string): Promise<Person> {
  const userId = p.randomBytes(16) as Bytes16;
  const created = await createAccount(p, { userId, username, nowMs: NOW_MS });
  const device = await makeDevice(p, { account: created.account, nowMs: NOW_MS });
  const verifiedDevice = await verifyDevice(p, device.cert, created.identity.current);
  return { ...created, userId, username, device, verifiedDevice };
}

/** What a test may say about an envelope besides who sends it to whom. */
export interface Letter {
  readonly inner?: Inner;
  readonly senderSeq?: number;
  readonly previousHash?: Bytes32;
  readonly sentAtMs?: number;
  readonly messageId?: Bytes16;
  readonly seen?: readonly SeenHead[];
}

export function sealInput(p: Primitives, from: Person, to: Person, letter: Letter = {}): SealInput {
  return {
    sender: { userId: from.userId, deviceId: from.device.deviceId, signer: from.device.signer, bundleVer: 1 },
    recipients: [from.identity.current.recipient, to.identity.current.recipient],
    messageId: letter.messageId ?? (p.randomBytes(16) as Bytes16),
    senderSeq: letter.senderSeq ?? 1,
    previousHash: letter.previousHash ?? ZERO_HASH,
    sentAtMs: letter.sentAtMs ?? NOW_MS + 1_000,
    inner: letter.inner ?? { t: 'text', body: 'hello' },
    seen: letter.seen ?? [],
  };
}

export function seal(p: Primitives, from: Person, to: Person, letter: Letter = {}): Promise<SealedEnvelope> {
  return sealEnvelope(p, sealInput(p, from, to, letter));
}

/** How `reader` opens what comes from `from`, in the conversation of the two; `change` replaces what a test is about. */
export async function reading(
  p: Primitives,
  reader: Person,
  from: Person,
  change: Partial<OpenContext> & { readonly state?: Partial<SenderState> } = {},
): Promise<OpenContext> {
  const { state, ...context } = change;
  const peer = reader === from ? undefined : from;
  return {
    conversationId: await directConversationId(p, reader.userId, (peer ?? from).userId),
    reader: reader.account,
    sender: () => Promise.resolve({ device: from.verifiedDevice, revokedAtMs: null, pin: 'accepted', ...state }),
    ...context,
  };
}
