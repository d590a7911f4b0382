import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { callWords, commitToNonce, isCommitted } from '@secureconnect/crypto/media/call-words';
import { EMOJI } from '@secureconnect/crypto/media/emoji';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { flipped, hex } from './kit/hex.js';

const filled = (byte: number, length: 16 | 32) => new Uint8Array(length).fill(byte);
const id = (byte: number) => filled(byte, 16) as Bytes16;
const hash = (byte: number) => filled(byte, 32) as Bytes32;
const party = (byte: number) => ({
  userId: id(byte),
  deviceId: id(byte + 1),
  pin: hash(byte + 2),
  fingerprint: hash(byte + 3),
  nonce: hash(byte + 4),
});

const CALL = { callId: id(0x11), conversationId: id(0x22), asking: party(0xa0), answering: party(0xb0) };
/** Computed apart from this code: Python 3, hashlib and hmac, word for word after PROTOCOL 9.3. */
const COMMITMENT = '363f01364e60a9fcd74a065a3cad96df7ea56521ff3ed170f58be35757b52513';
const WORDS = ['dog', 'panda', 'santa', 'bell', 'moon', 'corn', 'heart'];

const wordsOf = async (call: typeof CALL) => (await callWords(p, call)).words.join(' ');
const opened = { ...CALL.asking, callId: CALL.callId };

describe('the words of a call', () => {
  for (const backEnd of backEnds) {
    it(`are what the protocol says, seven of them with their pictures (${backEnd.backEnd})`, async () => {
      expect(hex(await commitToNonce(backEnd, opened))).toBe(COMMITMENT);
      const { words, emoji } = await callWords(backEnd, CALL);
      expect([words, emoji]).toEqual([WORDS, ['🐶', '🐼', '🎅', '🔔', '🌙', '🌽', '❤️']]);
    });
  }

  it('[T-94] are others as soon as one byte of anything between the two is', async () => {
    const words = new Set([await wordsOf(CALL)]);
    let tried = 1;
    const tryWords = async (call: typeof CALL): Promise<void> => {
      words.add(await wordsOf(call));
      tried++;
    };
    for (let index = 0; index < 16; index++) {
      await tryWords({ ...CALL, callId: flipped(CALL.callId, index) as Bytes16 });
      await tryWords({ ...CALL, conversationId: flipped(CALL.conversationId, index) as Bytes16 });
    }
    for (const side of ['asking', 'answering'] as const) {
      for (const [name, value] of Object.entries(CALL[side])) {
        for (let index = 0; index < value.length; index++) {
          await tryWords({ ...CALL, [side]: { ...CALL[side], [name]: flipped(value, index) } });
        }
      }
    }
    expect([tried, words.size]).toEqual([1 + 32 + 2 * 128, 1 + 32 + 2 * 128]);
  });

  it('[T-94] are others on either side of somebody in between, whatever she presents', async () => {
    const mallory = party(0xc0);
    const seenByA = await wordsOf({ ...CALL, answering: { ...CALL.answering, fingerprint: mallory.fingerprint } });
    const seenByB = await wordsOf({ ...CALL, asking: { ...CALL.asking, fingerprint: mallory.fingerprint } });
    expect(new Set([seenByA, seenByB, await wordsOf(CALL)]).size).toBe(3);
  });

  it('are others when both sides are swapped: they agree on who asked', async () => {
    expect(await wordsOf({ ...CALL, asking: CALL.answering, answering: CALL.asking })).not.toBe(WORDS.join(' '));
  });

  it('are of 64 pictures that are all different', () => {
    expect(EMOJI).toHaveLength(64);
    for (const part of [0, 1] as const) expect(new Set(EMOJI.map((entry) => entry[part])).size).toBe(64);
    for (const [, word] of EMOJI) expect(word).toMatch(/^[a-z]+( [a-z]+)?$/);
  });
});

describe('a commitment', () => {
  it('[T-94] is opened by its nonce, and by nothing else', async () => {
    const commitment = await commitToNonce(p, opened);
    expect(await isCommitted(p, commitment, opened)).toBe(true);
    for (let index = 0; index < 32; index++) {
      expect(await isCommitted(p, commitment, { ...opened, nonce: flipped(opened.nonce, index) as Bytes32 })).toBe(
        false,
      );
      expect(await isCommitted(p, flipped(commitment, index) as Bytes32, opened)).toBe(false);
    }
    expect(await isCommitted(p, commitment.subarray(0, 31) as Bytes32, opened)).toBe(false);
  });

  it('[T-86] is of one call and one device', async () => {
    const commitment = await commitToNonce(p, opened);
    for (const name of ['callId', 'userId', 'deviceId'] as const) {
      expect(await isCommitted(p, commitment, { ...opened, [name]: flipped(opened[name], 15) })).toBe(false);
    }
  });
});
