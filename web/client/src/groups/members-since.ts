import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { Groups } from './groups.js';

/** Who is a member now and was one at that entry of the log already. */
export async function membersSince(
  groups: Pick<Groups, 'of'>,
  conversationId: ConversationId,
  entry: number,
): Promise<readonly UserId[]> {
  const history = await groups.of(conversationId).log.known();
  return [...(history?.state.members ?? [])]
    .filter(([, { sinceSeq }]) => sinceSeq <= entry)
    .map(([userId]) => userId as UserId);
}
