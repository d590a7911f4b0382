import { type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { Envelope } from '@secureconnect/contracts/signed/envelope';
import type { Account } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';
import { directConversationId } from './conversation-id.js';
import { unwrapContentKey } from './key-wrap.js';
import { type OpenContext, type Opened, type OpenRefusal, openWith, type Rejected } from './open-with.js';

export type { Admission, OpenContext, Opened, OpenRefusal, Rejected, SenderLookup, SenderState } from './open-with.js';

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
