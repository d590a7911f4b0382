/** What the other side of a connection presented: DER of its certificate, and the DTLS version as the browser says it. */
export interface Presented {
  readonly certificate: Uint8Array;
  readonly tls: string;
}

/** What a connection is asked; all of it is in `RTCPeerConnection`. */
export type SecuredConnection = Pick<RTCPeerConnection, 'getSenders' | 'getStats' | 'connectionState'>;

/** Browsers keep a reading of statistics for 50 ms: a later one is a new one. */
const AGAIN_MS = 60;
const AT_MOST_MS = 5_000;

/**
 * Reads what was presented, once the browser knows it: `connected` can be told before the certificate and the version can be read. Empty
 * for what is not known after five seconds, which proves nothing and ends the call; null when the connection was closed meanwhile.
 */
export async function whatWasPresented(
  connection: SecuredConnection,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<Presented | null> {
  for (let waited = 0; ; waited += AGAIN_MS) {
    if (connection.connectionState === 'closed') return null;
    const [der] = connection.getSenders()[0]?.transport?.getRemoteCertificates() ?? [];
    const tls = await tlsOf(connection);
    const isKnown = der !== undefined && der.byteLength > 0 && tls !== '';
    if (isKnown || waited >= AT_MOST_MS) return { certificate: new Uint8Array(der ?? new ArrayBuffer(0)), tls };
    await pause(AGAIN_MS);
  }
}

async function tlsOf(connection: SecuredConnection): Promise<string> {
  const stats = [...(await connection.getStats()).values()] as readonly Readonly<Record<string, unknown>>[];
  const version = stats.find(({ type }) => type === 'transport')?.tlsVersion;
  return typeof version === 'string' ? version : '';
}
