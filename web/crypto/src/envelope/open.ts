import {
  type Bytes16,
  type Bytes32,
  isZero,
  sameBytes,
  SignedFormatError,
} from '@secureconnect/contracts/signed/bytes';
import {
  type Envelope,
  ENVELOPE_KINDS,
  envelopeBodyPreimage,
  envelopeHashPreimage,
  type EnvelopeHeader,
  envelopeHeadPreimage,
  envelopeSignaturePreimage,
  isGroupHeader,
  readEnvelope,
} from '@secureconnect/contracts/signed/envelope';
import { label } from '@secureconnect/contracts/signed/labels';
import { equalBytes } from '../encoding/equal.js';
import { unpad } from '../encoding/padding.js';
import { hkdfExpand32 } from '../hazmat/hkdf-steps.js';
import type { VerifiedDevice } from '../identity/device.js';
import { CLOCK_TOLERANCE_MS } from '../identity/directory.js';
import type { Account } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';
import { isBelievedOfRevoked, type RevokedEvidence } from './belief.js';
import { directConversationId } from './conversation-id.js';
import { EPHEMERAL_LIFETIME_MS, type Inner, kindOf, type Position, type Unsupported } from './inner.js';
import { type InnerContent, readInner } from './inner-json.js';
import { unwrapContentKey } from './key-wrap.js';

/** Why an envelope is not believed, in the order of the checks (PROTOCOL 5.11). For this side's eyes: none of it is told to the server [T-60]. */
export type OpenRefusal =
  | 'too-large'
  | 'malformed'
  /** Not of this conversation, or for other members than the conversation has. */
  | 'wrong-conversation'
  | 'not-for-me'
  /** No verified certificate for the device that it names. */
  | 'sender-unknown'
  | 'device-expired'
  | 'device-revoked'
  /** The sender's account keys are not the pinned ones. */
  | 'identity-changed'
  | 'signature'
  | 'replayed'
  | 'sequence'
  /** A word of the moment, and the moment is over. */
  | 'expired'
  /** The group is in another state: the log or the epoch is not here, or is not what the envelope names (PROTOCOL 6.8). */
  | GroupOpenRefusal
  /** It was sealed for a bundle whose keys are not here. */
  | 'key-missing'
  | 'undecryptable'
  | 'commitment'
  | 'content';

/**
 * `head-unknown`: it names a newer or another entry of the log: fetch the log first. `epoch-unknown`: the epoch has not been opened here.
 * `epoch-stale`: sealed under an epoch that the sender knew to be over. `not-a-member`: its sender was none at the head that it names.
 */
export type GroupOpenRefusal = 'head-unknown' | 'epoch-unknown' | 'epoch-stale' | 'not-a-member';

/** What the caller knows of a device. */
export interface SenderState {
  /** Verified against the sender's bundle of the version that the header names. */
  readonly device: VerifiedDevice;
  /** From a verified revocation, or from a reset that supersedes the device (`supersededAtMs`); null where there is none. */
  readonly revokedAtMs: number | null;
  /** What speaks for an envelope of a revoked device (`isBelievedOfRevoked`); nothing unless said. */
  readonly evidence?: RevokedEvidence;
  /** Of the account keys in the bundle that the header names: the pinned ones, or ones that were pinned once, are accepted. */
  readonly pin: 'accepted' | 'changed';
}

/**
 * Looks up the device that a header claims to come from: directory, revocations, pin. null when there is no such device. `hash` is the
 * envelope's own, to look for it among what was opened before.
 */
export type SenderLookup = (header: EnvelopeHeader, hash: Bytes32) => Promise<SenderState | null>;

/**
 * The chain and the replay store, asked once the signature stands and before anything is decrypted. To be atomic, the answer
 * `admitted` is a unique insert of (conversation, kind, device, seq); the same hash in the same place is no replay.
 */
export type Admission = (header: EnvelopeHeader, hash: Bytes32) => Promise<'admitted' | 'replayed' | 'sequence'>;

export interface OpenContext {
  /** The conversation in which the server gave it. */
  readonly conversationId: Bytes16;
  readonly reader: Account;
  readonly sender: SenderLookup;
  readonly admit?: Admission;
  /** Now, in milliseconds; without it no signal and no ephemeral envelope (kinds 5 and 7) opens. */
  readonly clock?: () => number;
}

export interface Opened {
  readonly ok: true;
  readonly header: EnvelopeHeader;
  readonly hash: Bytes32;
  readonly inner: Inner | Unsupported;
  /** What the sender had seen: see `checkAcks`. */
  readonly acks: readonly Position[];
}

export interface Rejected {
  readonly ok: false;
  readonly reason: OpenRefusal;
  /** null where the bytes are no envelope. Before the reason `signature` was passed, nothing in it is anybody's word. */
  readonly header: EnvelopeHeader | null;
  readonly hash: Bytes32 | null;
}

function checkSender(header: EnvelopeHeader, state: SenderState | null): OpenRefusal | null {
  if (state === null) return 'sender-unknown';
  const { device, revokedAtMs, pin } = state;
  if (!sameBytes(device.userId, header.senderUser) || !sameBytes(device.deviceId, header.senderDevice)) {
    return 'sender-unknown';
  }
  const { sentAtMs } = header;
  if (sentAtMs + CLOCK_TOLERANCE_MS < device.createdAtMs || sentAtMs > device.expiresAtMs) return 'device-expired';
  if (revokedAtMs !== null && !isBelievedOfRevoked(header, revokedAtMs, state.evidence)) return 'device-revoked';
  return pin === 'changed' ? 'identity-changed' : null;
}

/** How one kind of conversation takes part in the opening. */
export interface Reading {
  /** Whether the envelope is of this conversation, before anything is verified. */
  readonly belongs: (envelope: Envelope) => Promise<OpenRefusal | null>;
  /** What only verified words are checked for, with the content's key; asked after the signature, the chain and the replay store. */
  readonly contentKey: (envelope: Envelope, sender: SenderState) => Promise<Bytes32 | OpenRefusal>;
}

/** Decrypts what is signed: body, commitment, content, in this order. */
async function readContent(
  p: Primitives,
  envelope: Envelope,
  headHash: Bytes32,
  contentKey: Bytes32,
): Promise<InnerContent | OpenRefusal> {
  const { header, commitment, nonce, ciphertext } = envelope;
  let padded: Uint8Array;
  let committed: Bytes32;
  try {
    const encryptionKey = await p.importAes(await hkdfExpand32(p, contentKey, label('enc')));
    padded = await p.aesGcmOpen(encryptionKey, nonce, headHash, ciphertext);
    committed = await hkdfExpand32(p, contentKey, label('commit'));
  } catch {
    return 'undecryptable';
  }
  // one ciphertext must not open differently for two readers [T-52]
  if (!equalBytes(committed, commitment)) return 'commitment';
  try {
    const content = await readInner(unpad(padded));
    const { inner, acks } = content;
    const conversation = isGroupHeader(header) ? 'group' : 'direct';
    const fits = inner.t === 'unsupported' || kindOf(inner.t, conversation) === header.kind;
    return fits && (acks.length === 0) === isZero(header.ackRoot) ? content : 'content';
  } catch {
    return 'content';
  }
}

/** Signals and ephemeral envelopes are believed for a minute, and only by who has a clock [T-86]. */
function isExpired({ kind, sentAtMs }: EnvelopeHeader, clock: OpenContext['clock']): boolean {
  const isOfMoment = kind === ENVELOPE_KINDS.signal || kind === ENVELOPE_KINDS.ephemeral;
  return isOfMoment && !(Math.abs((clock?.() ?? NaN) - sentAtMs) <= EPHEMERAL_LIFETIME_MS);
}

/**
 * Opens an envelope or says why not; nothing is skipped in silence (PROTOCOL 5.11). Order: form and size, conversation, device and
 * revocation and pin, signature, lifetime, chain and replay, group, decryption, commitment, content. Throws only what `sender` and
 * `admit` throw.
 */
export async function openWith(
  p: Primitives,
  input: Uint8Array,
  context: Omit<OpenContext, 'conversationId' | 'reader'>,
  reading: Reading,
): Promise<Opened | Rejected> {
  let envelope: Envelope;
  try {
    envelope = readEnvelope(input);
  } catch (error) {
    const tooLarge = error instanceof SignedFormatError && error.code === 'too-large';
    return { ok: false, reason: tooLarge ? 'too-large' : 'malformed', header: null, hash: null };
  }
  const { header, bytes, head, body, signature } = envelope;
  const hash = await p.sha256(envelopeHashPreimage(bytes));
  const rejected = (reason: OpenRefusal): Rejected => ({ ok: false, reason, header, hash });

  const misplaced = await reading.belongs(envelope);
  if (misplaced !== null) return rejected(misplaced);
  const sender = await context.sender(header, hash);
  const distrust = checkSender(header, sender);
  if (distrust !== null || sender === null) return rejected(distrust ?? 'sender-unknown');

  const [headHash, bodyHash] = await Promise.all([
    p.sha256(envelopeHeadPreimage(head)),
    p.sha256(envelopeBodyPreimage(body)),
  ]);
  const preimage = envelopeSignaturePreimage(headHash, bodyHash);
  if (!(await p.ed25519.verify(sender.device.verifier, signature, preimage))) return rejected('signature');
  if (isExpired(header, context.clock)) return rejected('expired');
  const admission = (await context.admit?.(header, hash)) ?? 'admitted';
  if (admission !== 'admitted') return rejected(admission);

  const contentKey = await reading.contentKey(envelope, sender);
  if (typeof contentKey === 'string') return rejected(contentKey);
  const content = await readContent(p, envelope, headHash, contentKey);
  return typeof content === 'string' ? rejected(content) : { ok: true, header, hash, ...content };
}

async function belongs(p: Primitives, envelope: Envelope, context: OpenContext): Promise<OpenRefusal | null> {
  const { header, wraps } = envelope;
  if (wraps.length === 0) return 'wrong-conversation';
  const named = await directConversationId(p, wraps[0].userId, wraps[1].userId);
  if (!sameBytes(header.conversationId, context.conversationId) || !sameBytes(named, header.conversationId)) {
    return 'wrong-conversation';
  }
  return wraps.some(({ userId }) => sameBytes(userId, context.reader.userId)) ? null : 'not-for-me';
}

async function contentKeyFor(p: Primitives, envelope: Envelope, reader: Account): Promise<Bytes32 | OpenRefusal> {
  const wrap = envelope.wraps.find(({ userId }) => sameBytes(userId, reader.userId))!;
  const keys = reader.encryption.get(wrap.bundleVer);
  if (keys === undefined) return 'key-missing';
  return unwrapContentKey(p, envelope.header, wrap, keys).catch(() => 'undecryptable' as const);
}

/** Opens an envelope of a direct conversation, or says why not (PROTOCOL 5.11). Throws only what `sender` and `admit` throw. */
export function openEnvelope(p: Primitives, input: Uint8Array, context: OpenContext): Promise<Opened | Rejected> {
  return openWith(p, input, context, {
    belongs: (envelope) => belongs(p, envelope, context),
    contentKey: (envelope) => contentKeyFor(p, envelope, context.reader),
  });
}

/** What a signal in a group is opened with. `admit` and `clock` are not left out: a signal is of the moment, and of one moment. */
export interface GroupSignalContext extends Required<Omit<OpenContext, 'conversationId'>> {
  readonly groupId: Bytes16;
  /** Whether a user is a member now, as the group's signed log says [T-87]. */
  readonly isMember: (userId: Bytes16) => Promise<boolean>;
}

/**
 * Opens a signal from one member of a group to another, or says why not (PROTOCOL 9.1). Checks like `openEnvelope`, and the sender's
 * membership once the signature stands. Throws only what `sender`, `admit` and `isMember` throw.
 */
export function openGroupSignal(
  p: Primitives,
  input: Uint8Array,
  context: GroupSignalContext,
): Promise<Opened | Rejected> {
  return openWith(p, input, context, {
    belongs: ({ header, wraps }) => {
      const isOfGroup = sameBytes(header.conversationId, context.groupId);
      if (header.kind !== ENVELOPE_KINDS.signal || !isOfGroup) return Promise.resolve('wrong-conversation');
      const isForMe = wraps.some(({ userId }) => sameBytes(userId, context.reader.userId));
      return Promise.resolve(isForMe ? null : 'not-for-me');
    },
    contentKey: async (envelope) =>
      (await context.isMember(envelope.header.senderUser))
        ? contentKeyFor(p, envelope, context.reader)
        : 'not-a-member',
  });
}
