import type { Bytes, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { equalBytes } from '../encoding/equal.js';
import type { Primitives } from '../primitives/primitives.js';

/** SHA-256 of a certificate's DER: what a device signs of itself at the begin of a call (PROTOCOL 9.2). */
export function certificateFingerprint(p: Primitives, der: Uint8Array): Promise<Bytes32> {
  return p.sha256(new Uint8Array(der));
}

/** DTLS versions as browsers name them in `RTCTransportStats.tlsVersion`: 1.2 and 1.3. Whatever is older, or unknown, is refused [T-91]. */
const TLS_ACCEPTED: ReadonlySet<string> = new Set(['FEFD', 'FEFC']);

/** `certificate`: not the one that was signed [T-85]. `version`: DTLS of another age [T-91]. */
export type PeerProof = 'proven' | 'certificate' | 'version';

/**
 * Whether a link ends where it should, asked when DTLS is up and before any sound is sent or heard (PROTOCOL 9.2).
 * @param input.certificate - DER of `getRemoteCertificates()[0]`: what was really presented, not what an SDP says
 * @param input.tls - `tlsVersion` of the transport's statistics
 * @param input.fingerprint - 32 bytes, as the other device signed them
 */
export async function provePeer(
  p: Primitives,
  input: { readonly certificate: Uint8Array; readonly tls: string; readonly fingerprint: Bytes },
): Promise<PeerProof> {
  const presented = await certificateFingerprint(p, input.certificate);
  if (!equalBytes(presented, input.fingerprint)) return 'certificate';
  return TLS_ACCEPTED.has(input.tls.toUpperCase()) ? 'proven' : 'version';
}
