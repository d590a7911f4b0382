import { createHash } from 'node:crypto';
import { toHex } from '@secureconnect/contracts/encoding';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import { idFromHex } from '@secureconnect/contracts/signed/ids';

/** The id that the direct conversation of two users has, whoever asks (.github/adr/0004). */
export function directConversationId(a: UserId, b: UserId): ConversationId {
  const hash = createHash('sha256')
    .update(directConversationPreimage(idFromHex(a), idFromHex(b)))
    .digest();
  return toHex(hash.subarray(0, 16)) as ConversationId;
}
