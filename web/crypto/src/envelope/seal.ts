import { type Bytes32, compareBytes, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { CryptoError } from '../crypto-error.js';
import type { Recipient } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';
import { directConversationId } from './conversation-id.js';
import { kindOf } from './inner.js';
import { wrapContentKey } from './key-wrap.js';
import { type Letter, type SealedEnvelope, sealWith } from './seal-with.js';

export type { SealedEnvelope, SendingDevice } from './seal-with.js';

export interface SealInput extends Letter {
  /** The sender's own account, for its history, and the peer; in any order. */
  readonly recipients: readonly [Recipient, Recipient];
}

/**
 * Seals content for the two members of a direct conversation (PROTOCOL 5). The kind follows from the content.
 * @throws CryptoError `content-invalid`; `seal-refused` for other readers than the sender and one peer, or a place outside of the chain
 */
export async function sealEnvelope(p: Primitives, input: SealInput): Promise<SealedEnvelope> {
  const { sender, messageId } = input;
  const recipients = input.recipients.toSorted((left, right) => compareBytes(left.userId, right.userId));
  const [lower, higher] = recipients as [Recipient, Recipient];
  const kind = kindOf(input.inner.t, 'direct');
  const isOwn = recipients.some(({ userId }) => sameBytes(userId, sender.userId));
  if (kind === null || !isOwn || sameBytes(lower.userId, higher.userId)) throw new CryptoError('seal-refused');
  const conversationId = await directConversationId(p, lower.userId, higher.userId);
  const contentKey = p.randomBytes(32) as Bytes32;
  const context = { senderUser: sender.userId, conversationId, messageId };
  const wraps = await Promise.all(recipients.map((recipient) => wrapContentKey(p, context, recipient, contentKey)));
  const to = { kind, conversationId, groupHead: new Uint8Array(32) as Bytes32, epoch: 0 };
  return sealWith(p, input, to, { contentKey, wraps });
}
