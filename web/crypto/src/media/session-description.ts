import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { equalBytes } from '../encoding/equal.js';

// What an SDP (RFC 8866) may say in a call of this product, and what an address may say of who sends it.

/** Longest description that is read, in characters. */
export const SDP_MAX_LENGTH = 16_384;
/** RFC 8827 section 6.5: DTLS-SRTP, over UDP or TCP, with feedback; no plain RTP and no keys in the SDP. */
const PROTOCOLS: ReadonlySet<string> = new Set(['UDP/TLS/RTP/SAVPF', 'TCP/TLS/RTP/SAVPF']);
const FINGERPRINT = /^sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i;

export type DescriptionRefusal =
  /** Too long, or not lines of `x=value`. */
  | 'malformed'
  /** Something else than one audio: a video, a data channel, nothing. */
  | 'media'
  /** Plain RTP, or keys that stand in the SDP (SDES) [T-91]. */
  | 'unencrypted'
  /** No fingerprint, one that is not SHA-256, or another than the device has signed [T-85]. */
  | 'fingerprint';

function linesOf(sdp: string): readonly string[] | null {
  if (sdp.length > SDP_MAX_LENGTH) return null;
  const lines = sdp.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines[0] === 'v=0' && lines.every((line) => /^[a-z]=[^\r\n\0]+$/.test(line)) ? lines : null;
}

function attributes(lines: readonly string[], name: string): readonly string[] {
  const start = `a=${name}:`;
  return lines.filter((line) => line.toLowerCase().startsWith(start)).map((line) => line.slice(start.length));
}

function isSigned(text: string, fingerprint: Uint8Array): boolean {
  const [, pairs] = FINGERPRINT.exec(text) ?? [];
  if (pairs === undefined) return false;
  return equalBytes(
    Uint8Array.from(pairs.split(':'), (pair) => Number.parseInt(pair, 16)),
    fingerprint,
  );
}

/**
 * Why a description is not given to the browser; null for one that is. The own ones are checked as well, before they are signed.
 * @param fingerprint - 32 bytes, that the device which made it has signed at the begin of the call
 */
export function refuseDescription(sdp: string, fingerprint: Bytes): DescriptionRefusal | null {
  const lines = linesOf(sdp);
  if (lines === null) return 'malformed';
  const media = lines.filter((line) => line.startsWith('m=')).map((line) => line.slice(2).split(' '));
  const [audio] = media;
  if (media.length !== 1 || audio?.[0] !== 'audio') return 'media';
  if (!PROTOCOLS.has(audio[2] ?? '') || attributes(lines, 'crypto').length > 0) return 'unencrypted';
  const fingerprints = attributes(lines, 'fingerprint');
  return fingerprints.length > 0 && fingerprints.every((text) => isSigned(text, fingerprint)) ? null : 'fingerprint';
}

/**
 * A candidate (RFC 8839 section 5.1) as a device gives it away that shows nobody its address [T-90]: null unless it is of a relay, and
 * without the address that the relay sees. The empty candidate, which says that there are no more, stays.
 */
export function relayedCandidate(candidate: string): string | null {
  if (candidate === '') return candidate;
  const [, type] = / typ ([a-z]+)(?: |$)/.exec(candidate) ?? [];
  if (type !== 'relay') return null;
  return candidate.replace(/ raddr \S+/g, ' raddr 0.0.0.0').replace(/ rport \S+/g, ' rport 0');
}

/** A description as such a device gives it away: candidates of relays alone, and no address in its origin and connection lines. */
export function relayedDescription(sdp: string): string {
  const kept: string[] = [];
  for (const line of sdp.split('\r\n')) {
    if (line.startsWith('a=candidate:')) {
      const candidate = relayedCandidate(line.slice(2));
      if (candidate !== null) kept.push(`a=${candidate}`);
    } else if (line.startsWith('c=')) kept.push('c=IN IP4 0.0.0.0');
    else if (line.startsWith('a=rtcp:')) kept.push('a=rtcp:9 IN IP4 0.0.0.0');
    else kept.push(line.startsWith('o=') ? line.replace(/ IN IP[46] \S+$/, ' IN IP4 127.0.0.1') : line);
  }
  return kept.join('\r\n');
}
