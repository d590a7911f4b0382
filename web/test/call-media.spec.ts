import { callTime } from '../src/app/calls/call-time';
import { loudness } from '../src/app/calls/media/level-meter';
import { isVoiceOnly, VOICE_BITS, withOpusChoices } from '../src/app/calls/media/opus';
import { base64UrlOf } from '../src/app/calls/media/page-media';
import { gradeOf, qualityOf, wantsCalm } from '../src/app/calls/media/quality';
import { pictureOf } from '../src/app/calls/media/quality-picture';

const sdp = (...lines: string[]): string =>
  [
    'v=0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9',
    'a=fingerprint:sha-256 AA:BB',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:9 G722/8000',
    ...lines,
    '',
  ].join('\r\n');

describe('the description of the other side', () => {
  const parametersOf = (text: string) => /a=fmtp:111 (\S+)/.exec(text)?.[1]?.split(';').sort();
  const chosen = ['cbr=1', `maxaveragebitrate=${VOICE_BITS}`, 'minptime=20', 'stereo=0', 'usedtx=0', 'useinbandfec=1'];

  it('[T-95] is read with a constant bit rate, without pauses, whatever it asks for', () => {
    expect(parametersOf(withOpusChoices(sdp('a=fmtp:111 minptime=10;useinbandfec=0;usedtx=1;stereo=1')))).toEqual(
      chosen,
    );
    expect(parametersOf(withOpusChoices(sdp()))).toEqual(chosen);
  });

  it('keeps what it says of other codecs, and is left alone without Opus', () => {
    expect(withOpusChoices(sdp('a=fmtp:9 x=1'))).toContain('a=fmtp:9 x=1\r\n');
    const other = sdp().replace('opus/48000/2', 'PCMU/8000');
    expect(withOpusChoices(other)).toBe(other);
  });

  it('[T-91] is refused with anything but one sound over DTLS-SRTP', () => {
    expect(isVoiceOnly(sdp())).toBe(true);
    expect(isVoiceOnly(sdp('m=video 9 UDP/TLS/RTP/SAVPF 96'))).toBe(false);
    expect(isVoiceOnly(sdp('a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc'))).toBe(false);
    expect(isVoiceOnly(sdp().replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'))).toBe(false);
    expect(isVoiceOnly(sdp().replace('a=fingerprint:sha-256', 'a=fingerprint:sha-1'))).toBe(false);
    expect(isVoiceOnly('')).toBe(false);
  });
});

describe('quality', () => {
  const reports = (changes: Record<string, unknown> = {}) => [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P', type: 'candidate-pair', currentRoundTripTime: 0.042, localCandidateId: 'L', remoteCandidateId: 'R' },
    { id: 'L', type: 'local-candidate', candidateType: 'host', ...changes },
    { id: 'R', type: 'remote-candidate', candidateType: 'host' },
    { id: 'C', type: 'codec', mimeType: 'audio/opus', clockRate: 48_000 },
    { id: 'I', type: 'inbound-rtp', kind: 'audio', codecId: 'C', jitter: 0.004, packetsReceived: 90, packetsLost: 10 },
    { id: 'O', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.25 },
  ];

  it('is read from what the browser counts: path, round trip, loss since the last look', () => {
    const counters = new Map<string, number>();
    expect(qualityOf(reports(), counters)).toMatchObject({
      path: 'direct',
      relay: null,
      roundTripMs: 42,
      jitterMs: 4,
      loss: 0.1,
      lossOut: 0.25,
      codec: 'opus 48 kHz',
    });
    expect(qualityOf(reports(), counters).loss).toBeNull();
  });

  it('names the relay where there is one', () => {
    const relayed = reports({ candidateType: 'relay', url: 'turn:relay.example.org:3478?transport=udp' });
    expect(qualityOf(relayed, new Map())).toMatchObject({ path: 'relayed', relay: 'relay.example.org' });
  });

  it('says nothing that the browser has not said', () => {
    expect(qualityOf([], new Map())).toMatchObject({
      path: null,
      roundTripMs: null,
      loss: null,
      codec: null,
      packets: 0,
    });
  });

  it('is a word: good, fair or poor', () => {
    const figures = { loss: 0, roundTripMs: 40, jitterMs: 3 };
    expect(gradeOf(figures)).toBe('good');
    expect(gradeOf({ ...figures, loss: 0.05 })).toBe('fair');
    expect(gradeOf({ ...figures, roundTripMs: 700 })).toBe('poor');
    expect(gradeOf({ loss: null, roundTripMs: null, jitterMs: null })).toBe('good');
  });

  it('takes less of a way out that suffers, and more again when it has recovered', () => {
    expect([wantsCalm(0.1, false), wantsCalm(0.03, true), wantsCalm(0.01, true), wantsCalm(null, true)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  it('is a picture whose line breaks where nothing came', () => {
    expect(pictureOf([100, null, 200], 3, 20, 44)).toBe('M0.0 22.0M20.0 2.0');
    expect(pictureOf([], 60, 240, 48)).toBe('');
  });
});

describe('what is shown of a call', () => {
  it('is its time, in minutes, and in hours when there are any', () => {
    expect([0, 61_000, 3_723_000, -5].map(callTime)).toEqual(['0:00', '1:01', '1:02:03', '0:00']);
  });

  it('is how loud somebody is', () => {
    expect(loudness(new Float32Array(8))).toBe(0);
    expect(loudness(new Float32Array(8).fill(0.1))).toBeCloseTo(0.4);
    expect(loudness(new Float32Array(8).fill(1))).toBe(1);
  });
});

it('a fingerprint goes to the other side as base64url', () => {
  expect(base64UrlOf('FB:FF:BF:00')).toBe(Buffer.from('fbffbf00', 'hex').toString('base64url'));
});
