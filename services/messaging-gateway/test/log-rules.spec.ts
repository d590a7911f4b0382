import { LIMITS } from '@secureconnect/contracts/limits';
import type { GroupEntryType } from '@secureconnect/contracts/signed/group-entry';
import type { HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { hasRoom } from '../src/groups/log-rules.js';

const at = (seq: number, type: GroupEntryType) => ({ entry: { seq, payload: { type } } }) as unknown as HashedEntry;

describe('the room in a log', () => {
  const reserved = LIMITS.groupLogMax - 511;

  it.each<GroupEntryType>(['add', 'rename', 'policy'])('at its end has no place for %s', (type) => {
    expect(hasRoom([at(reserved - 1, type)])).toBe(true);
    expect(hasRoom([at(reserved, type)])).toBe(false);
    expect(hasRoom([at(reserved, 'remove'), at(reserved + 1, type)])).toBe(false);
  });

  it.each<GroupEntryType>(['remove', 'leave', 'role'])('has a place for %s up to the very last', (type) => {
    expect(hasRoom([at(LIMITS.groupLogMax, type)])).toBe(true);
    expect(hasRoom([at(LIMITS.groupLogMax + 1, type)])).toBe(false);
  });
});
