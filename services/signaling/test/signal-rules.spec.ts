import { assert, integer, property, uint8Array } from 'fast-check';
import { LIMITS } from '@secureconnect/contracts/limits';
import { judgeSignal } from '@secureconnect/signaling/relay/signal-rules';
import { ALICE, ALICE_AND_BOB, ALICE_LAPTOP, ALICE_PHONE, BOB, BOB_LAPTOP, CAROL, MALLORY } from './people.js';
import { sealedSignal, type SignalParts } from './sealed-signal.js';

const NOW = 1_795_000_000_000;
const SENDER = { userId: ALICE, deviceId: ALICE_LAPTOP };

describe('a signal', () => {
  const judged = (parts: Partial<SignalParts> = {}, toUserId = BOB) =>
    judgeSignal(sealedSignal({ sentAtMs: NOW, ...parts }), SENDER, toUserId, NOW);

  it('of the sender, sealed for its addressee, of now, tells its conversation', () => {
    expect(judged()).toEqual({ conversationId: ALICE_AND_BOB });
  });

  it('may go to the sender’s own other devices', () => {
    expect(judged({}, ALICE)).toEqual({ conversationId: ALICE_AND_BOB });
  });

  it.each<[string, Partial<SignalParts>]>([
    ['of a message', { kind: 1 }],
    ['of a receipt', { kind: 6 }],
    ['of a kind not yet known', { kind: 7 }],
    ['of kind 0', { kind: 0 }],
    ['of another suite', { suite: 2 }],
    ['of another structure', { magic: 'SCI1' }],
    ['in another user’s name', { senderUser: BOB }],
    ['from another device of the same user', { senderDevice: ALICE_PHONE }],
    ['from another user’s device', { senderDevice: BOB_LAPTOP }],
    ['with the number 0', { senderSeq: 0n }],
    ['with a number beyond what counts', { senderSeq: 1n << 60n }],
    ['sealed for the sender alone', { readers: [ALICE] }],
    ['sealed for nobody', { readers: [] }],
    ['sealed for three', { readers: [ALICE, BOB, CAROL] }],
    ['sealed for one twice', { readers: [ALICE, ALICE] }],
    ['sealed for two others', { readers: [BOB, CAROL] }],
    ['with content that no honest client pads so', { contentBytes: 300 }],
    ['with hardly any content', { contentBytes: 0 }],
  ])('%s is refused', (_, parts) => {
    expect(judged(parts)).toEqual({ refused: 'signal-refused' });
  });

  it('for somebody it is not sealed for is refused', () => {
    expect(judged({}, MALLORY)).toEqual({ refused: 'signal-refused' });
  });

  it.each([
    ['just in time', -LIMITS.signalLifetimeMs, null],
    ['a millisecond too late', -LIMITS.signalLifetimeMs - 1, 'signal-expired'],
    ['of yesterday', -86_400_000, 'signal-expired'],
    ['of 1970', -NOW, 'signal-expired'],
    ['of a clock that is a little ahead', LIMITS.signalLifetimeMs, null],
    ['of the future', LIMITS.signalLifetimeMs + 1, 'signal-expired'],
  ])('%s is judged by its age', (_, ageMs, refused) => {
    expect(judged({ sentAtMs: NOW + ageMs })).toEqual(
      refused === null ? { conversationId: ALICE_AND_BOB } : { refused },
    );
  });

  it('cut short anywhere, or with a byte more, is refused', () => {
    const whole = sealedSignal({ sentAtMs: NOW });
    assert(
      property(integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(judgeSignal(whole.subarray(0, length), SENDER, BOB, NOW)).toEqual({ refused: 'signal-refused' });
      }),
    );
    expect(judgeSignal(Buffer.concat([whole, Buffer.of(0)]), SENDER, BOB, NOW)).toEqual({ refused: 'signal-refused' });
  });

  it('of any bytes is refused, never a fault', () => {
    assert(
      property(uint8Array({ maxLength: 4_000 }), (bytes) => {
        expect(judgeSignal(bytes, SENDER, BOB, NOW)).toEqual({ refused: 'signal-refused' });
      }),
    );
  });

  it('with any byte of its header’s meaning changed tells nothing false', () => {
    const whole = sealedSignal({ sentAtMs: NOW });
    for (let at = 0; at < 6; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x80;
      expect(judgeSignal(changed, SENDER, BOB, NOW)).toEqual({ refused: 'signal-refused' });
    }
  });
});
