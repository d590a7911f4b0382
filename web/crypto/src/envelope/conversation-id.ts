import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import type { Primitives } from '../primitives/primitives.js';

/** The id of the direct conversation of two users, in whichever order (PROTOCOL 5.2). */
export async function directConversationId(p: Primitives, userA: Bytes16, userB: Bytes16): Promise<Bytes16> {
  return (await p.sha256(directConversationPreimage(userA, userB))).slice(0, 16) as Bytes16;
}
