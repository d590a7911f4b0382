import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { deriveFrameKey, type FrameKey } from '@secureconnect/crypto/media/frame-key';
import {
  FRAME_MAX_BYTES,
  FRAME_OVERHEAD_BYTES,
  FrameOpener,
  FrameSealer,
  type OpenedFrame,
} from '@secureconnect/crypto/media/frames';
import { REPLAY_WINDOW, ReplayWindow } from '@secureconnect/crypto/media/replay-window';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { flipped, hex } from './kit/hex.js';
import { refusalOf } from './kit/refusals.js';

const id = (byte: number) => new Uint8Array(16).fill(byte) as Bytes16;
const hash = (byte: number) => new Uint8Array(32).fill(byte) as Bytes32;
const DIRECTION = {
  callId: id(0x11),
  conversationId: id(0x22),
  senderUser: id(0xa0),
  senderDevice: id(0xa1),
  receiverUser: id(0xb0),
  receiverDevice: id(0xb1),
  secret: hash(0x5e),
  rosterHash: hash(0x40),
};
/** Computed apart from this code: Python 3 with its `cryptography`, word for word after PROTOCOL 9.4. */
const NONCE_BASE = '26a2812104557adc179e01bf';
const FRAMES = [
  '0200000000873e535b86e855a15a3ef146ecfb9f8f9086453022',
  '0200000001e6c7b43ab29602d95aea33c8a5c0f209c6dfe15b69',
];
const OVERLAP_MS = 10_000;

const keyOf = (epoch: number, change: Partial<typeof DIRECTION> = {}): Promise<FrameKey> =>
  deriveFrameKey(p, { ...DIRECTION, ...change, epoch });
const sound = (text = 'sound') => new TextEncoder().encode(text);
const heard = (outcome: OpenedFrame) => (outcome.ok ? new TextDecoder().decode(outcome.frame) : outcome.reason);

async function pair(epoch = 1) {
  const key = await keyOf(epoch);
  const opener = new FrameOpener(p, OVERLAP_MS);
  opener.accept(key, 0);
  return { sealer: new FrameSealer(p, key), opener };
}

describe('a frame of sound', () => {
  for (const backEnd of backEnds) {
    it(`is sealed as the protocol says, and opens (${backEnd.backEnd})`, async () => {
      const key = await deriveFrameKey(backEnd, { ...DIRECTION, epoch: 258 });
      const sealer = new FrameSealer(backEnd, key);
      const opener = new FrameOpener(backEnd, OVERLAP_MS);
      opener.accept(key, 0);
      const sealed = [await sealer.seal(sound()), await sealer.seal(sound())];
      expect([hex(key.nonceBase), sealed.map(hex)]).toEqual([NONCE_BASE, FRAMES]);
      for (const frame of sealed) expect(heard(await opener.open(frame, 0))).toBe('sound');
    });
  }

  it('[T-95] is longer by the same 21 bytes, whatever is in it', async () => {
    const { sealer } = await pair();
    for (const length of [0, 1, 80, FRAME_MAX_BYTES]) {
      expect(await sealer.seal(new Uint8Array(length))).toHaveLength(length + FRAME_OVERHEAD_BYTES);
    }
    expect(FRAME_OVERHEAD_BYTES).toBe(21);
    expect(await refusalOf(() => sealer.seal(new Uint8Array(FRAME_MAX_BYTES + 1)))).toBe('call-refused');
  });

  it('is refused for every single byte that was changed, and for every other length', async () => {
    const { sealer, opener } = await pair();
    const frame = await sealer.seal(sound());
    for (let index = 0; index < frame.length; index++) {
      const reason = heard(await opener.open(flipped(frame, index, 1 << (index % 8)), 0));
      expect({ index, reason }).toEqual({ index, reason: index === 0 ? 'key-unknown' : 'undecryptable' });
      expect(['malformed', 'undecryptable']).toContain(heard(await opener.open(frame.subarray(0, index), 0)));
    }
    expect(heard(await opener.open(new Uint8Array(100_000), 0))).toBe('malformed');
    expect(heard(await opener.open(frame, 0))).toBe('sound');
  });

  it('is of one direction, call and conversation: no key opens what another sealed', async () => {
    const { sealer } = await pair();
    const frame = await sealer.seal(sound());
    const swapped = {
      senderUser: DIRECTION.receiverUser,
      senderDevice: DIRECTION.receiverDevice,
      receiverUser: DIRECTION.senderUser,
      receiverDevice: DIRECTION.senderDevice,
    };
    const others: Partial<typeof DIRECTION>[] = [swapped];
    for (const [name, value] of Object.entries(DIRECTION)) others.push({ [name]: flipped(value, value.length - 1) });
    for (const other of others) {
      const opener = new FrameOpener(p, OVERLAP_MS);
      opener.accept(await keyOf(1, other), 0);
      expect(heard(await opener.open(frame, 0))).toBe('undecryptable');
    }
  });

  it('is never sealed twice under one counter', async () => {
    const { sealer } = await pair();
    const frames = await Promise.all(Array.from({ length: 500 }, () => sealer.seal(sound())));
    expect(new Set(frames.map((frame) => hex(frame.subarray(0, 5)))).size).toBe(500);
  });
});

describe('a frame that was seen', () => {
  it('is refused, also when it comes twice at once', async () => {
    const { sealer, opener } = await pair();
    const frame = await sealer.seal(sound());
    const outcomes = await Promise.all([opener.open(frame, 0), opener.open(frame, 0), opener.open(frame, 0)]);
    expect(outcomes.map(heard).toSorted()).toEqual(['replayed', 'replayed', 'sound']);
    expect(heard(await opener.open(frame, 0))).toBe('replayed');
  });

  it('is refused when it is too late, and opens out of order before', async () => {
    const { sealer, opener } = await pair();
    const frames = [];
    for (let index = 0; index <= REPLAY_WINDOW; index++) frames.push(await sealer.seal(sound(String(index))));
    expect(heard(await opener.open(frames[REPLAY_WINDOW]!, 0))).toBe('256');
    expect(heard(await opener.open(frames[0]!, 0))).toBe('replayed');
    expect(heard(await opener.open(frames[1]!, 0))).toBe('1');
    expect(heard(await opener.open(frames[1]!, 0))).toBe('replayed');
  });

  it('moves nothing when it was forged: a far counter shuts nobody out', async () => {
    const { sealer, opener } = await pair();
    const frame = await sealer.seal(sound());
    const far = frame.slice();
    far.set([0xff, 0xff, 0xff, 0xff], 1);
    expect(heard(await opener.open(far, 0))).toBe('undecryptable');
    expect(heard(await opener.open(frame, 0))).toBe('sound');
  });
});

describe('the window of counters', () => {
  it('says of every counter once that it is new, like a list of all of them', () => {
    const window = new ReplayWindow();
    const seen = new Set<number>();
    let newest = -1;
    let state = 7;
    for (let step = 0; step < 5_000; step++) {
      state = (state * 48_271) % 2_147_483_647;
      const counter = Math.max(0, newest + (state % 700) - 600 + (step % 3));
      const isNew = !seen.has(counter) && counter > newest - REPLAY_WINDOW;
      expect({ counter, taken: window.take(counter) }).toEqual({ counter, taken: isNew });
      seen.add(counter);
      newest = Math.max(newest, counter);
    }
  });
});

describe('a new epoch', () => {
  it('[T-96] shuts out who has only the keys of before', async () => {
    const { sealer, opener } = await pair();
    sealer.use(await keyOf(2, { secret: hash(0x77) }));
    expect(heard(await opener.open(await sealer.seal(sound()), 0))).toBe('key-unknown');
    opener.accept(await keyOf(2), 0);
    expect(heard(await opener.open(await sealer.seal(sound()), 0))).toBe('undecryptable');
  });

  it('opens frames of the epoch before for the overlap, and not after', async () => {
    const { sealer, opener } = await pair();
    const [early, late] = [await sealer.seal(sound()), await sealer.seal(sound())];
    opener.accept(await keyOf(2), 1_000);
    expect(heard(await opener.open(early, 1_000 + OVERLAP_MS - 1))).toBe('sound');
    expect(heard(await opener.open(late, 1_000 + OVERLAP_MS))).toBe('key-unknown');
    sealer.use(await keyOf(2));
    expect(heard(await opener.open(await sealer.seal(sound('new')), 1_000 + OVERLAP_MS))).toBe('new');
  });

  it('is only ever a newer one', async () => {
    const { sealer, opener } = await pair(5);
    for (const epoch of [5, 4]) {
      const key = await keyOf(epoch);
      expect(await refusalOf(() => sealer.use(key))).toBe('call-refused');
      expect(await refusalOf(() => opener.accept(key, 0))).toBe('call-refused');
    }
  });

  it('begins its counters anew under a key of its own', async () => {
    const { sealer, opener } = await pair();
    const first = await sealer.seal(sound());
    sealer.use(await keyOf(2));
    opener.accept(await keyOf(2), 0);
    const second = await sealer.seal(sound());
    expect([hex(first.subarray(1, 5)), hex(second.subarray(1, 5))]).toEqual(['00000000', '00000000']);
    expect(heard(await opener.open(second, 0))).toBe('sound');
    expect(heard(await opener.open(first, 0))).toBe('sound');
  });

  it('is kept with eight at most, however fast people come and go', async () => {
    const { sealer, opener } = await pair();
    const first = await sealer.seal(sound());
    for (let epoch = 2; epoch <= 8; epoch++) opener.accept(await keyOf(epoch), 0);
    expect(heard(await opener.open(first, 0))).toBe('sound');
    const again = new FrameSealer(p, await keyOf(1));
    await again.seal(sound());
    const second = await again.seal(sound());
    opener.accept(await keyOf(9), 0);
    expect(heard(await opener.open(second, 0))).toBe('key-unknown');
  });
});
