import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SessionId } from '@secureconnect/contracts/ids';
import type { Secret } from '@secureconnect/platform/config/secret';

const LABEL = Buffer.from('SecureConnect/1 refresh-token\0', 'ascii');
const TOKEN_BYTES = 16 + 4 + 32;

export interface RefreshClaim {
  readonly sessionId: SessionId;
  /** Rises by one with every rotation, from 1. */
  readonly generation: number;
}

/** Refresh tokens: base64url( sessionId[16] || u32 generation || HMAC-SHA256(key, label || sessionId || generation)[32] ), 70 characters. */
export class RefreshTokens {
  constructor(private readonly key: Secret) {}

  make(claim: RefreshClaim): string {
    const body = Buffer.alloc(20);
    body.write(claim.sessionId, 0, 'hex');
    body.writeUInt32BE(claim.generation, 16);
    return Buffer.concat([body, this.#mac(body)]).toString('base64url');
  }

  /** What a token says, or null when we did not make it. Whether it still counts, the session knows. */
  read(token: string | undefined): RefreshClaim | null {
    if (token === undefined || !/^[A-Za-z0-9_-]{70}$/.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    // 70 characters hold 4 bits more than 52 bytes: only the canonical text counts.
    if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return null;
    const body = bytes.subarray(0, 20);
    if (!timingSafeEqual(bytes.subarray(20), this.#mac(body))) return null;
    return { sessionId: body.toString('hex', 0, 16) as SessionId, generation: body.readUInt32BE(16) };
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.key.revealBytes()).update(LABEL).update(body).digest();
  }
}
