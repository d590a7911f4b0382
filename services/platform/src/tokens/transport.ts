import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { COOKIES } from '@secureconnect/contracts/auth';

/** Says whether the proxy at `address` is believed (compiled from TRUST_PROXY by Express). */
export type TrustProxy = (address: string, hop: number) => boolean;

/** How a request reached us: over https, over http on this very machine (the documented exception), or in the clear. */
export type Transport = 'secure' | 'localhost' | 'insecure';

const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Scheme and host as the browser sees them: X-Forwarded-Proto counts only when a trusted proxy sent it. */
export function transportOf(request: IncomingMessage, trust: TrustProxy): Transport {
  const remote = request.socket.remoteAddress;
  const forwarded = request.headers['x-forwarded-proto'];
  const proxied = remote !== undefined && trust(remote, 0) && typeof forwarded === 'string';
  const encrypted = proxied
    ? forwarded.split(',')[0]?.trim() === 'https'
    : (request.socket as Partial<TLSSocket>).encrypted === true;
  if (encrypted) return 'secure';
  return LOCAL_HOST.test(request.headers.host ?? '') ? 'localhost' : 'insecure';
}

/** Names of the cookies for this transport; a cookie of the other transport is never read. */
export function cookieNames(transport: 'secure' | 'localhost'): { access: string; refresh: string } {
  return transport === 'secure' ? COOKIES.secure : COOKIES.localhost;
}

/** Options of a session cookie: httpOnly, SameSite=Strict, whole site, Secure except over http on localhost. */
export function cookieOptions(transport: 'secure' | 'localhost', maxAgeMs: number) {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure: transport === 'secure', maxAge: maxAgeMs } as const;
}

/** One cookie of a request. The first of a name counts: a later one may have been set for a wider path. */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/**
 * Whether a state-changing request or socket handshake comes from our own pages (THREATS 114). The Origin must be one of
 * PUBLIC_ORIGINS. Browsers leave it out of same-origin GETs (the first poll of a long-polling socket); those must say
 * `Sec-Fetch-Site: same-origin`, a header that no script can set.
 */
export function originAdmitted(request: IncomingMessage, origins: ReadonlySet<string>): boolean {
  const origin = request.headers.origin;
  if (origin !== undefined) return origins.has(origin);
  return request.method === 'GET' && request.headers['sec-fetch-site'] === 'same-origin';
}
