import {
  CALL_SIGNAL_LIMITS,
  type CallSignal,
  readCallSignal,
  writeCallSignal,
} from '@secureconnect/contracts/call-signals';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { DeviceId } from '@secureconnect/contracts/ids';

const b64 = (bytes: number) => toBase64Url(new Uint8Array(bytes).fill(7));
const own = { fingerprint: b64(32), sealsFrames: true };
const candidate = { candidate: 'candidate:1 1 udp 1 198.51.100.2 9 typ relay', sdpMid: '0', sdpMLineIndex: 0 };

/** One of each. */
const SIGNALS: readonly CallSignal[] = [
  { t: 'invite', ...own, media: 'voice', group: false, commitment: b64(32) },
  { t: 'ringing' },
  { t: 'accept', ...own, nonce: b64(32) },
  { t: 'answered', deviceId: DeviceId.parse('0a'.repeat(16)) },
  { t: 'decline' },
  { t: 'busy' },
  { t: 'cancel', end: 'no-answer' },
  { t: 'reveal', nonce: b64(32) },
  { t: 'description', type: 'offer', n: 1, sdp: 'v=0\r\n' },
  { t: 'description', type: 'answer', n: 2, offer: 1, sdp: 'v=0\r\n' },
  { t: 'candidates', n: 1, candidates: [candidate] },
  { t: 'media', n: 1, muted: true },
  { t: 'join', ...own, commitment: b64(32) },
  { t: 'welcome', ...own, nonce: b64(32), roster: b64(297) },
  { t: 'full' },
  { t: 'key', epoch: 1, secret: b64(32), roster: b64(681) },
  { t: 'leave' },
  { t: 'hang-up', end: 'hung-up' },
  { t: 'alive', rosterHash: b64(32) },
];

describe('a signal of a call', () => {
  it('is read as it was written, each kind', () => {
    for (const signal of SIGNALS) expect(readCallSignal(writeCallSignal(signal))).toEqual(signal);
    expect(new Set(SIGNALS.map(({ t }) => t)).size).toBe(18);
  });

  it('is nothing with a member more or less', () => {
    for (const signal of SIGNALS) {
      expect(readCallSignal(JSON.stringify({ ...signal, extra: 1 }))).toBeNull();
      for (const name of Object.keys(signal)) {
        const rest = Object.fromEntries(Object.entries(signal).filter(([key]) => key !== name));
        expect({ signal, name, read: readCallSignal(JSON.stringify(rest)) }).toEqual({ signal, name, read: null });
      }
    }
  });

  const [invite, , accept, , , , , , offer] = SIGNALS;
  const refused: readonly [string, unknown][] = [
    ['a video', { ...invite, media: 'video' }],
    ['a kind of later', { t: 'wave' }],
    ['a fingerprint of 31 bytes', { ...accept, fingerprint: b64(31) }],
    ['a fingerprint of 33 bytes', { ...accept, fingerprint: b64(33) }],
    ['base64 with padding', { ...accept, nonce: `${b64(32).slice(0, -1)}=` }],
    ['description 0', { ...offer, n: 0 }],
    ['half a description', { ...offer, n: 1.5 }],
    ['an answer to nothing', { t: 'description', type: 'answer', n: 1, sdp: 'v=0' }],
    ['an SDP without end', { ...offer, sdp: 'x'.repeat(CALL_SIGNAL_LIMITS.sdpMaxLength + 1) }],
    ['no candidate', { t: 'candidates', n: 1, candidates: [] }],
    ['33 candidates', { t: 'candidates', n: 1, candidates: Array(33).fill(candidate) }],
    [
      'a candidate without end',
      { t: 'candidates', n: 1, candidates: [{ ...candidate, candidate: 'x'.repeat(1_025) }] },
    ],
    ['an end that only a server knows', { t: 'hang-up', end: 'unreachable' }],
    ['a roster of nobody', { t: 'key', epoch: 1, secret: b64(32), roster: b64(169) }],
    ['a roster of nine', { t: 'key', epoch: 1, secret: b64(32), roster: b64(745) }],
    ['epoch 0', { t: 'key', epoch: 0, secret: b64(32), roster: b64(233) }],
    ['a list', [invite]],
    ['null', null],
  ];
  for (const [what, signal] of refused) {
    it(`is nothing as ${what}`, () => {
      expect(readCallSignal(JSON.stringify(signal))).toBeNull();
    });
  }

  it('is nothing when it is no JSON, or too long', () => {
    for (const data of ['', '{', 'undefined', '{"t":"ringing"}}']) expect(readCallSignal(data)).toBeNull();
    const padded = `${' '.repeat(CALL_SIGNAL_LIMITS.dataMaxLength)}{"t":"ringing"}`;
    expect(readCallSignal(padded)).toBeNull();
    expect(readCallSignal(padded.slice(100))).toEqual({ t: 'ringing' });
  });

  it('is not written when it could not be read', () => {
    expect(() => writeCallSignal({ t: 'reveal', nonce: 'short' })).toThrow();
    const controls = { t: 'description', type: 'offer', n: 1, sdp: '\u0001'.repeat(16_384) } as const;
    expect(() => writeCallSignal(controls)).toThrow(RangeError);
  });

  it('has room for 32 candidates and the longest SDP', () => {
    const longest: CallSignal[] = [
      { t: 'description', type: 'offer', n: 1, sdp: 'x'.repeat(CALL_SIGNAL_LIMITS.sdpMaxLength) },
      { t: 'candidates', n: 1, candidates: Array(32).fill({ ...candidate, candidate: 'x'.repeat(1_024) }) as [] },
    ];
    for (const signal of longest) expect(readCallSignal(writeCallSignal(signal))).toEqual(signal);
  });
});
