import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { compareGroupMarks, readGroupMark, writeGroupMark } from '@secureconnect/crypto/vault/group-marks';

const hash = (fill: number) => new Uint8Array(32).fill(fill) as Bytes32;
const mark = { groupId: new Uint8Array(16).fill(9) as Bytes16, seq: 3, head: hash(1), epoch: 2, epochHash: hash(2) };

describe('what is remembered of a group', () => {
  const compared = (change: object) => compareGroupMarks(mark, { ...mark, ...change });

  it('[T-71] tells an older one, and [T-72] another one, from what goes on', () => {
    expect(compared({})).toBe('same');
    for (const ahead of [
      { seq: 4, head: hash(7) },
      { epoch: 3, epochHash: hash(7) },
    ]) {
      expect(compared(ahead)).toBe('ahead');
    }
    for (const behind of [{ seq: 2, head: hash(7) }, { epoch: 1 }, { seq: 9, epoch: 1 }]) {
      expect(compared(behind)).toBe('behind');
    }
    for (const forked of [{ head: hash(7) }, { epochHash: hash(7) }, { seq: 4, epochHash: hash(7) }]) {
      expect(compared(forked)).toBe('forked');
    }
  });

  it('comes back as it was written, and in no other form', () => {
    const bytes = writeGroupMark(mark);
    const none = { ...mark, epoch: 0, epochHash: hash(0) };
    expect([readGroupMark(bytes), readGroupMark(writeGroupMark(none))]).toEqual([mark, none]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readGroupMark(bytes.subarray(0, length))).toThrow('truncated');
    }
    expect(() => readGroupMark(Uint8Array.of(...bytes, 0))).toThrow('too-large');
    expect(() => readGroupMark(Uint8Array.of(2, ...bytes.subarray(1)))).toThrow('unknown-version');
    for (const change of [{ seq: 0 }, { epoch: 0 }, { epochHash: hash(0) }]) {
      expect(() => writeGroupMark({ ...mark, ...change })).toThrow('out-of-range');
    }
  });
});
