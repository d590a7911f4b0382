import { LIMITS } from '@secureconnect/contracts/limits';
import type { UserId } from '@secureconnect/contracts/ids';
import type { ConversationRecord, SignedMarks, VerifiedRecord } from './records.js';

/** Nobody but a member gets this far: as many as a group has, and as many again that were members once. */
const SIGNERS_MAX = 2 * LIMITS.groupMembersMax;

export const NOTHING_SIGNED: SignedMarks = { delivered: {}, read: {} };

/** With these marks of one member; those who have signed last are kept. */
export function withSigner(
  signed: ConversationRecord['signed'],
  user: UserId,
  marks: SignedMarks,
): ConversationRecord['signed'] {
  const others = Object.entries(signed).filter(([other]) => other !== user);
  return Object.fromEntries([...others.slice(1 - SIGNERS_MAX), [user, marks]]);
}

/** Whom a message has reached, by what each of them has signed; each is in one of these. */
export interface ReachedUsers {
  readonly read: readonly UserId[];
  readonly delivered: readonly UserId[];
  /** Nothing that they signed says so. */
  readonly waiting: readonly UserId[];
}

/**
 * @param others - for whom it was
 * @param showsRead - who does not tell what they read is not told: what others have read counts as delivered
 */
export function reachedBy(
  { signed }: Pick<ConversationRecord, 'signed'>,
  { device, senderSeq }: Pick<VerifiedRecord, 'device' | 'senderSeq'>,
  others: readonly UserId[],
  showsRead: boolean,
): ReachedUsers {
  const placeOf = (userId: UserId): keyof ReachedUsers => {
    const marks = signed[userId];
    const isRead = senderSeq <= (marks?.read[device] ?? 0);
    if (isRead && showsRead) return 'read';
    return isRead || senderSeq <= (marks?.delivered[device] ?? 0) ? 'delivered' : 'waiting';
  };
  const at = (place: keyof ReachedUsers) => others.filter((userId) => placeOf(userId) === place);
  return { read: at('read'), delivered: at('delivered'), waiting: at('waiting') };
}
