import { toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { ConversationId, DeviceId, MessageId, UserId } from '@secureconnect/contracts/ids';
import type { StoredMessage } from '@secureconnect/contracts/messaging';
import {
  ENVELOPE_KINDS,
  envelopeHashPreimage,
  readEnvelopeHeader,
  type EnvelopeHeader,
} from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import {
  openEnvelope,
  openGroupSignal,
  type Admission,
  type Opened,
  type SenderLookup,
} from '@secureconnect/crypto/envelope/open';
import type { Account } from '@secureconnect/crypto/identity/keys';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { Change } from '../conversations/changes.js';
import { contentOf, splitContent } from '../conversations/contents.js';
import { isGroup, type VerifiedRecord } from '../conversations/records.js';
import type { Directory } from '../directory/directory.js';
import type { Groups } from '../groups/groups.js';
import { Refusal } from '../refusal.js';
import type { Judged } from './place.js';
import { vouchedFor } from './witnesses.js';

/** RSA runs on one thread of the browser's pool for each call: more than this only waits. */
const AT_ONCE = 4;

export interface OpenerParts {
  readonly primitives: Primitives;
  readonly account: () => Account;
  readonly nowMs: () => number;
  readonly directory: Directory;
  readonly groups: Groups;
}

/** A message that was verified before. */
export interface Known {
  readonly record: VerifiedRecord;
  /** null where what it does stands with its target already. */
  readonly change: Change | null;
}

/** Opens envelopes of one account. What the server gives becomes either a verified record or an unverifiable one, never an exception. */
export class Opener {
  readonly #parts: OpenerParts;

  constructor(parts: OpenerParts) {
    this.#parts = parts;
  }

  /** SHA-256 of an envelope, hex. */
  async hashOf(envelope: Uint8Array): Promise<string> {
    return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', envelopeHashPreimage(envelope))));
  }

  /**
   * Judges stored messages of the conversation with `peer`, a few at a time.
   * @param known - records that were verified before, by hash: they are not opened again
   * @throws Refusal where the directory does not answer: nothing can be said of the messages yet
   */
  async judge(
    conversation: { readonly conversationId: ConversationId; readonly peer: UserId },
    messages: readonly StoredMessage[],
    known: (hash: string) => Promise<Known | undefined>,
  ): Promise<Judged[]> {
    const judged = new Array<Judged>(messages.length);
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < messages.length; index = next++) {
        const message = messages[index]!;
        const hash = await this.hashOf(message.envelope);
        const before = await known(hash);
        const entry =
          before !== undefined
            ? { ...before, record: { ...before.record, acceptedAtMs: message.acceptedAtMs }, opened: null }
            : await this.#open(conversation, message, hash);
        const record = await this.#withPlace(conversation, entry.record, message.envelope);
        judged[index] = { position: message.seq, ...entry, record, envelope: toBase64Url(message.envelope) };
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, messages.length) }, worker));
    const vouched = await vouchedFor(this.#parts.primitives, judged);
    for (const [index, { record }] of vouched.size === 0 ? [] : [...judged.entries()]) {
      if (!vouched.has(record.hash)) continue;
      judged[index] = { ...judged[index]!, ...(await this.#open(conversation, messages[index]!, record.hash, true)) };
    }
    return judged;
  }

  /** What a message to a group was sealed under; of one that was kept by an earlier version of the messenger too. */
  async #withPlace<R extends Judged['record']>(
    conversation: { readonly conversationId: ConversationId; readonly peer: UserId },
    record: R,
    envelope: Uint8Array,
  ): Promise<R> {
    if (record.kind !== 'message' || record.under !== undefined || !isGroup(conversation)) return record;
    const { epoch, groupHead } = readEnvelopeHeader(envelope);
    const entry = await this.#parts.groups.entryOf(conversation.conversationId, groupHead);
    return entry === null ? record : { ...record, under: { entry, epoch } };
  }

  /** Opens one envelope of any kind; null if it does not open. */
  async open(peer: UserId, conversationId: ConversationId, envelope: Uint8Array): Promise<Opened | null> {
    const result = await this.#openEnvelope(peer, conversationId, envelope);
    return result.ok ? result : null;
  }

  /** Opens what a member of a group says to this account alone, in a call; null for what is not to be believed. */
  async openSignal(conversationId: ConversationId, envelope: Uint8Array, admit: Admission): Promise<Opened | null> {
    const { account, directory, groups, nowMs, primitives } = this.#parts;
    const isMember = (userId: UserId) => groups.isMember(conversationId, userId);
    const result = await openGroupSignal(primitives, envelope, {
      groupId: idFromHex(conversationId),
      reader: account(),
      clock: nowMs,
      sender: directory.senderIn(isMember),
      admit,
      isMember: (userId) => isMember(idToHex(userId) as UserId),
    });
    return result.ok ? result : null;
  }

  async #open(
    { conversationId, peer }: { readonly conversationId: ConversationId; readonly peer: UserId },
    { envelope, acceptedAtMs }: StoredMessage,
    hash: string,
    isVouched = false,
  ): Promise<Pick<Judged, 'record' | 'opened' | 'change'>> {
    const refused = (reason: string): Pick<Judged, 'record' | 'opened' | 'change'> => ({
      opened: null,
      change: null,
      record: { kind: 'unverifiable', acceptedAtMs, hash, reason, sender: peer, envelope: toBase64Url(envelope) },
    });
    const result = await this.#openEnvelope(peer, conversationId, envelope, isVouched);
    if (!result.ok) return refused(result.reason);
    const { header, inner } = result;
    const { direct, group } = ENVELOPE_KINDS;
    if (header.kind !== (isGroup({ conversationId, peer }) ? group : direct)) return refused('wrong-kind');
    const said = contentOf(inner);
    if (said === null) return refused('wrong-kind');
    const { content, change } = splitContent(said);
    const record = {
      kind: 'message',
      acceptedAtMs,
      hash,
      ...placeOf(header),
      sentAtMs: header.sentAtMs,
      content,
    } as const;
    return { record, change, opened: result };
  }

  async #openEnvelope(peer: UserId, conversationId: ConversationId, envelope: Uint8Array, isVouched = false) {
    const { account, directory, groups, nowMs, primitives } = this.#parts;
    const inGroup = isGroup({ conversationId, peer });
    const lookUp = directory.senderIn((user) =>
      inGroup ? groups.wasMember(conversationId, user) : Promise.resolve(user === peer),
    );
    let failure: Error | null = null as Error | null;
    const sender: SenderLookup = async (header, hash) => {
      try {
        const state = await lookUp(header, hash);
        return state && isVouched ? { ...state, evidence: { vouchedUpTo: header.senderSeq } } : state;
      } catch (error) {
        failure = error instanceof Error ? error : new Error('thrown by the directory');
        return null;
      }
    };
    const result = inGroup
      ? await groups.open(conversationId, envelope, { sender, clock: nowMs })
      : await openEnvelope(primitives, envelope, {
          conversationId: idFromHex(conversationId),
          reader: account(),
          clock: nowMs,
          sender,
        });
    if (failure !== null && !(failure instanceof Refusal && isAboutTheSender(failure))) throw failure;
    return result;
  }
}

function isAboutTheSender({ code }: Refusal): boolean {
  return code === 'not-found' || code === 'peer-identity-refused' || code === 'server-answer-refused';
}

function placeOf(header: EnvelopeHeader) {
  return {
    messageId: idToHex(header.messageId) as MessageId,
    sender: idToHex(header.senderUser) as UserId,
    device: idToHex(header.senderDevice) as DeviceId,
    senderSeq: header.senderSeq,
    prevHash: toHex(header.previousHash),
  };
}
