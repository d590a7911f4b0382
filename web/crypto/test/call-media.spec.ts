import { certificateFingerprint, provePeer } from '@secureconnect/crypto/media/certificate';
import {
  refuseDescription,
  relayedCandidate,
  relayedDescription,
  SDP_MAX_LENGTH,
} from '@secureconnect/crypto/media/session-description';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import { backEnds } from './kit/back-ends.js';
import { flipped, hex } from './kit/hex.js';

const CERTIFICATE = new TextEncoder().encode('any DER: only its hash counts');
/** `printf 'any DER: only its hash counts' | sha256sum` */
const FINGERPRINT = '63d1696290f9f6d9417246790adbd008ac8702d0150c79f4d6ef4436629ba95e';
const SIGNED = new Uint8Array(32).fill(0xa3);
const IN_SDP = Array.from(SIGNED, () => 'A3').join(':');
const HOST = 'candidate:1 1 udp 2122260223 192.168.1.7 54321 typ host generation 0 ufrag abcd';
const REFLEXIVE = 'candidate:2 1 udp 1686052607 203.0.113.9 54321 typ srflx raddr 192.168.1.7 rport 54321';
const RELAY = 'candidate:3 1 udp 41885439 198.51.100.2 60000 typ relay raddr 203.0.113.9 rport 54321 generation 0';

/** What Chromium says of a call, shortened. */
const OFFER = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 192.168.1.7',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 54321 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 192.168.1.7',
  'a=rtcp:9 IN IP4 192.168.1.7',
  `a=${HOST}`,
  `a=${REFLEXIVE}`,
  `a=${RELAY}`,
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdef01234567',
  `a=fingerprint:sha-256 ${IN_SDP}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  '',
].join('\r\n');

describe('the certificate of a link', () => {
  for (const backEnd of backEnds) {
    it(`is known by the SHA-256 of its DER (${backEnd.backEnd})`, async () => {
      expect(hex(await certificateFingerprint(backEnd, CERTIFICATE))).toBe(FINGERPRINT);
    });
  }

  it('[T-85] is the signed one, or the call ends', async () => {
    const fingerprint = await certificateFingerprint(p, CERTIFICATE);
    const prove = (change: Partial<Parameters<typeof provePeer>[1]>) =>
      provePeer(p, { certificate: CERTIFICATE, tls: 'FEFC', fingerprint, ...change });
    expect(await prove({})).toBe('proven');
    for (let index = 0; index < 32; index++) {
      expect(await prove({ fingerprint: flipped(fingerprint, index) })).toBe('certificate');
    }
    for (let index = 0; index < CERTIFICATE.length; index++) {
      expect(await prove({ certificate: flipped(CERTIFICATE, index) })).toBe('certificate');
    }
    expect(await prove({ fingerprint: fingerprint.subarray(0, 31) })).toBe('certificate');
    expect(await prove({ certificate: new Uint8Array(0) })).toBe('certificate');
  });

  it('[T-91] stands for nothing over DTLS 1.0, or over a version that nobody names', async () => {
    const fingerprint = await certificateFingerprint(p, CERTIFICATE);
    const proofs = ['FEFD', 'fefc', 'FEFF', '0303', ''].map((tls) =>
      provePeer(p, { certificate: CERTIFICATE, tls, fingerprint }),
    );
    expect(await Promise.all(proofs)).toEqual(['proven', 'proven', 'version', 'version', 'version']);
  });
});

describe('a description', () => {
  it('is taken when it speaks of one encrypted audio with the signed certificate', () => {
    expect(refuseDescription(OFFER, SIGNED)).toBeNull();
    expect(
      refuseDescription(OFFER.toLowerCase().replace(/udp\/tls\/rtp\/savpf/, 'UDP/TLS/RTP/SAVPF'), SIGNED),
    ).toBeNull();
  });

  const second = 'm=audio 9 UDP/TLS/RTP/SAVPF 111';
  const refused: readonly [string, (sdp: string) => string, string][] = [
    ['[T-85] another fingerprint', (sdp) => sdp.replace('A3:', 'A4:'), 'fingerprint'],
    ['[T-85] no fingerprint', (sdp) => sdp.replace(/a=fingerprint.*\r\n/, ''), 'fingerprint'],
    ['[T-85] a second fingerprint', (sdp) => `${sdp}a=fingerprint:sha-256 ${'B4:'.repeat(31)}B4\r\n`, 'fingerprint'],
    [
      '[T-85] a second one of another hash',
      (sdp) => `${sdp}a=Fingerprint:sha-1 ${'A3:'.repeat(19)}A3\r\n`,
      'fingerprint',
    ],
    ['[T-85] half a fingerprint', (sdp) => sdp.replace('A3:'.repeat(16), ''), 'fingerprint'],
    ['[T-91] keys in the SDP', (sdp) => `${sdp}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xyz\r\n`, 'unencrypted'],
    ['[T-91] plain RTP', (sdp) => sdp.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'unencrypted'],
    ['[T-91] SDES', (sdp) => sdp.replace('UDP/TLS/RTP/SAVPF', 'RTP/SAVPF'), 'unencrypted'],
    ['a video', (sdp) => `${sdp}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`, 'media'],
    ['a video alone', (sdp) => sdp.replace('m=audio', 'm=video'), 'media'],
    ['a data channel', (sdp) => `${sdp}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, 'media'],
    ['a second audio', (sdp) => `${sdp}${second}\r\n`, 'media'],
    ['nothing to hear', (sdp) => sdp.replace(/m=.*\r\n/, ''), 'media'],
    ['lines of another kind', (sdp) => `${sdp}<script>\r\n`, 'malformed'],
    ['a NUL', (sdp) => sdp.replace('s=-', 's=\0'), 'malformed'],
    ['no beginning', (sdp) => sdp.slice(5), 'malformed'],
    ['nothing', () => '', 'malformed'],
    ['too much', (sdp) => `${sdp}${`a=x:${'y'.repeat(96)}\r\n`.repeat(SDP_MAX_LENGTH / 100)}`, 'malformed'],
  ];
  for (const [what, change, reason] of refused) {
    it(`is refused with ${what}`, () => {
      const sdp = change(OFFER);
      expect(sdp).not.toBe(OFFER);
      expect(refuseDescription(sdp, SIGNED)).toBe(reason);
    });
  }
});

describe('a device that shows its address to nobody', () => {
  it('[T-90] gives away candidates of relays alone, without what the relay sees', () => {
    expect(relayedCandidate(HOST)).toBeNull();
    expect(relayedCandidate(REFLEXIVE)).toBeNull();
    expect(relayedCandidate(REFLEXIVE.replace('srflx', 'prflx'))).toBeNull();
    expect(relayedCandidate('candidate:9 1 udp 1 10.0.0.1 9 typ host name relay typ relay')).toBeNull();
    expect(relayedCandidate('not a candidate')).toBeNull();
    expect(relayedCandidate('')).toBe('');
    expect(relayedCandidate(RELAY)).toBe(
      'candidate:3 1 udp 41885439 198.51.100.2 60000 typ relay raddr 0.0.0.0 rport 0 generation 0',
    );
  });

  it('[T-90] writes no address of its own into a description', () => {
    const sdp = relayedDescription(OFFER);
    for (const address of ['192.168.1.7', '203.0.113.9', 'typ host', 'typ srflx']) expect(sdp).not.toContain(address);
    expect(sdp).toContain('typ relay raddr 0.0.0.0 rport 0');
    expect(refuseDescription(sdp, SIGNED)).toBeNull();
    expect(relayedDescription(sdp)).toBe(sdp);
  });
});
