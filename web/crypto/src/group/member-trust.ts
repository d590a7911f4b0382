import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { type GroupMember, type GroupState, membersInOrder } from '@secureconnect/contracts/signed/group-rules';
import { type Pin, standingOfKeys } from '../identity/pin.js';

/**
 * Members for whom the log names other keys than those that are pinned here: whoever added them was shown others, or they started fresh. Sending
 * waits for a person, as with a contact (PROTOCOL 6.3, 7.2). Members without a pin are new here: pin what the log names.
 */
export function membersWithOtherKeys(
  group: GroupState,
  pinOf: (userId: Bytes16) => Pin | null,
): readonly GroupMember[] {
  return membersInOrder(group).filter((member) => {
    const pin = pinOf(member.userId);
    return pin !== null && standingOfKeys(pin, member.pin) !== 'current';
  });
}
